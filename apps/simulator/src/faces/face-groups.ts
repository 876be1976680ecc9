import { sha256Hex } from "@verdict/provider";

/** One face of a group. Times are of the provider's own clock. */
export type RegisteredFace = {
  faceGroupCode: string;
  faceId: string;
  merchantUserId: string;
  person: string;
  registeredAt: number;
};

export type FaceGroups = {
  /** The faces of a person in these groups, in the order given. A group nobody has used yet begins to exist. */
  search(groupCodes: readonly string[], person: string): RegisteredFace[];
  /** Null: there is no room left. */
  register(face: Omit<RegisteredFace, "faceId">): RegisteredFace | null;
  /** Forgets the faces under a name, in one group or in all; gives the groups that held one. */
  remove(merchantUserId: string, groupCode?: string): string[];
  list(): { faceGroupCode: string; faces: RegisteredFace[] }[];
  /** Forgets one group, or all of them; gives how many. */
  forget(groupCode?: string): number;
};

const FACES_MAX = 100_000;
const GROUPS_MAX = 10_000;

/** Face groups in memory. `idSeed`: what face ids are made from. */
export function createFaceGroups(idSeed: string): FaceGroups {
  const groups = new Map<string, Map<string, RegisteredFace[]>>();
  let registered = 0;

  function groupOf(code: string): Map<string, RegisteredFace[]> | null {
    const group = groups.get(code);
    if (group) return group;
    if (groups.size >= GROUPS_MAX) return null;
    const fresh = new Map<string, RegisteredFace[]>();
    groups.set(code, fresh);
    return fresh;
  }

  return {
    search: (codes, person) => [...new Set(codes)].flatMap((code) => groupOf(code)?.get(person) ?? []),
    register: (face) => {
      const group = groupOf(face.faceGroupCode);
      if (!group || registered >= FACES_MAX) return null;
      registered += 1;
      const kept = { ...face, faceId: sha256Hex(`${idSeed}/face/${registered}`).slice(0, 32) };
      group.set(face.person, [...(group.get(face.person) ?? []), kept]);
      return kept;
    },
    remove: (merchantUserId, code) => {
      const held = [...groups].filter(([groupCode]) => code === undefined || groupCode === code);
      return held.flatMap(([groupCode, people]) => (removeFrom(people, merchantUserId) ? [groupCode] : []));
    },
    list: () => [...groups].map(([faceGroupCode, held]) => ({ faceGroupCode, faces: [...held.values()].flat() })),
    forget: (code) => {
      const forgotten = code === undefined ? groups.size : Number(groups.has(code));
      if (code === undefined) groups.clear();
      else groups.delete(code);
      return forgotten;
    },
  };
}

function removeFrom(people: Map<string, RegisteredFace[]>, merchantUserId: string): boolean {
  let found = false;
  for (const [person, faces] of people) {
    const left = faces.filter((face) => face.merchantUserId !== merchantUserId);
    found ||= left.length < faces.length;
    if (left.length > 0) people.set(person, left);
    else people.delete(person);
  }
  return found;
}
