const CR = 13;
const LF = 10;
const SPACE = 32;
const DIGIT_0 = 48;
const LENGTH_HEADER = Array.from("content-length:", (letter) => letter.charCodeAt(0));

/**
 * Reads the statuses of HTTP/1.1 answers out of one connection's bytes, in whatever pieces they come. Understands
 * bodies of a told length only: throws on any other, and on bytes that are no answer. Allocates nothing while it reads.
 */
export function answerParser(onAnswer: (status: number) => void): (bytes: Uint8Array, length: number) => void {
  let inHead = true;
  let firstLine = true;
  let column = 0;
  let spaces = 0;
  let status = 0;
  /** How much of the header's name this line has matched; -1 once it is another header. */
  let matched = 0;
  let bodyLength = -1;
  let bodyLeft = 0;

  function beginAnswer(): void {
    inHead = true;
    firstLine = true;
    column = spaces = status = matched = 0;
    bodyLength = -1;
  }

  function readHeadByte(byte: number): void {
    if (byte === LF) endLine();
    else if (byte !== CR) readTextByte(byte);
  }

  function readTextByte(byte: number): void {
    column += 1;
    if (firstLine) {
      if (byte === SPACE) spaces += 1;
      else if (spaces === 1) status = status * 10 + digit(byte);
    } else if (matched === LENGTH_HEADER.length) {
      if (byte !== SPACE) bodyLength = Math.max(bodyLength, 0) * 10 + digit(byte);
    } else if (matched >= 0) {
      // Setting this bit makes a capital small and leaves `-` and `:` as they are.
      matched = (byte | 0x20) === LENGTH_HEADER[matched] ? matched + 1 : -1;
    }
  }

  function endLine(): void {
    if (column > 0) {
      if (firstLine && !(status >= 100 && status <= 999)) throw new Error("What came is no HTTP answer.");
      firstLine = false;
      column = matched = 0;
      return;
    }
    if (!(bodyLength >= 0)) throw new Error(`An answer with status ${status} does not tell the length of its body.`);
    inHead = false;
    bodyLeft = bodyLength;
  }

  return (bytes, length) => {
    let at = 0;
    while (at < length) {
      if (inHead) readHeadByte(bytes[at++] ?? 0);
      else {
        const step = Math.min(bodyLeft, length - at);
        bodyLeft -= step;
        at += step;
      }
      if (!inHead && bodyLeft === 0) {
        const answered = status;
        beginAnswer();
        onAnswer(answered);
      }
    }
  };
}

function digit(byte: number): number {
  if (byte < DIGIT_0 || byte > DIGIT_0 + 9) throw new Error("An answer has letters where a number belongs.");
  return byte - DIGIT_0;
}
