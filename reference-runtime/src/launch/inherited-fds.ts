import { openSync, readdirSync, readFileSync } from "node:fs";

const closeOnExec = 0o2000000;
let cover: readonly ("ignore" | number)[] | undefined;

/**
 * Descriptors that this process itself was given by its parent would go on to every child: Node closes on exec what it
 * opens and the first 16 it was given. `/dev/null` is put in the place of each, as what follows 0, 1 and 2 in the `stdio` of a spawn
 * (SEC-007). What there is to cover is looked up once, on Linux; elsewhere nothing is.
 */
export function coverInherited(): readonly ("ignore" | number)[] {
  cover ??= covering(inheritedFds());
  return cover;
}

function covering(fds: readonly number[]): readonly ("ignore" | number)[] {
  const highest = Math.max(2, ...fds);
  if (highest === 2) return [];
  const nothing = openSync("/dev/null", "r+");
  return Array.from({ length: highest - 2 }, (_, index) =>
    fds.includes(index + 3) ? nothing : "ignore",
  );
}

function inheritedFds(): readonly number[] {
  let names: string[];
  try {
    names = readdirSync("/proc/self/fd");
  } catch {
    return [];
  }
  return names.map(Number).filter((fd) => fd > 2 && isInherited(fd));
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    // It was the descriptor of the listing itself.
    return false;
  }
}
