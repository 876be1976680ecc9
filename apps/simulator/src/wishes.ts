import { type ErrorCode, type RpcAnswer, refusal } from "./rpc/answers.ts";

/** "Answer the next calls of this operation with that code." */
export type Wish = { operation: string; code: ErrorCode; httpStatus?: number | undefined; times: number };

export type Wishes = {
  add(wish: Wish): void;
  /** The answer wished for the next call of an operation, oldest wish first. */
  take(operation: string): RpcAnswer | null;
  list(): Wish[];
};

export function createWishes(): Wishes {
  let wishes: readonly Wish[] = [];
  return {
    add: (wish) => {
      wishes = [...wishes, wish];
    },
    take: (operation) => {
      const found = wishes.find((wish) => wish.operation === operation);
      if (!found) return null;
      const left = found.times > 1 ? [{ ...found, times: found.times - 1 }] : [];
      wishes = wishes.flatMap((wish) => (wish === found ? left : [wish]));
      const answer = refusal(found.code, "This answer was asked for through /_sim/answers.");
      return { ...answer, httpStatus: found.httpStatus ?? answer.httpStatus };
    },
    list: () => [...wishes],
  };
}
