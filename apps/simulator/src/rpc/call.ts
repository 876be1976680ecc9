import type { Callbacks } from "../callbacks.ts";
import type { JudgedPicture } from "../pictures/judge-picture.ts";
import type { Send } from "../send.ts";
import type { World } from "../world.ts";
import type { RpcAnswer } from "./answers.ts";
import type { Parameters } from "./parameters.ts";

/** What an operation may use. */
export type CallContext = {
  world: World;
  send: Send;
  callbacks: Callbacks;
  /** Looks at a picture given as Base64. */
  judge: (base64: string) => JudgedPicture;
  idSeed: string;
  ttlMs: number;
  /** The address the caller reached us at. */
  origin: string;
};

/** One operation: parameters as they came, an answer as it goes. */
export type Operation = (parameters: Parameters, context: CallContext) => RpcAnswer | Promise<RpcAnswer>;
