import { fileURLToPath } from "node:url";
import { validateChallenges } from "@stdfn/schemas/validate";
import { type FileForm, readCheckedFile } from "../checked-file.ts";
import { type Challenged, type Result, twinReason } from "../run/verdict.ts";

/** A challenge to a case of one version of the specification. */
interface Challenge extends Challenged {
  readonly specification: string;
}

/** The result of a case, or a case that has none. */
type OfCase = Pick<Result, "id"> & Partial<Pick<Result, "verdict" | "reason" | "twin">>;

const form: FileForm = {
  name: "the challenges",
  kind: "list of challenges",
  hint: "`stdfn-conformance schema challenges` prints what they have to look like",
  validate: validateChallenges,
};
const packagedChallenges = fileURLToPath(new URL("../../../challenges.json", import.meta.url));

/** The cases whose judgement is in dispute, or was found wrong, and what that does to their results. */
export class Challenges {
  /** SHA-256 of the file. */
  readonly digest: string;
  readonly #byCase: ReadonlyMap<string, Challenged>;

  /** @param all those of one version of the specification */
  constructor(all: readonly Challenged[], digest: string) {
    this.digest = digest;
    this.#byCase = new Map(all.map((one) => [one.case, one]));
  }

  /**
   * The challenges to cases that a version of the specification has.
   * @param path default: the list of this package
   * @throws KitError if the file is no such list
   */
  static read(specification: string, path: string = packagedChallenges): Challenges {
    const { value, digest } = readCheckedFile(path, form);
    const { challenges } = value as { readonly challenges: readonly Challenge[] };
    const all = challenges.filter((one) => one.specification === specification);
    return new Challenges(
      all.map(({ specification: _specification, ...challenged }) => challenged),
      digest,
    );
  }

  /**
   * The challenge that keeps a failure in a case from counting: one to the case itself, or one to its twin, where
   * nothing but the twin kept it from passing.
   */
  of({ id, verdict, reason, twin }: OfCase): Challenged | undefined {
    const own = this.#byCase.get(id);
    if (own !== undefined || verdict !== "inconclusive" || twin === undefined) return own;
    return reason === twinReason(twin) ? this.#byCase.get(twin.id) : undefined;
  }

  /** A result, marked if its case is challenged. */
  mark(result: Result): Result {
    const challenged = this.of(result);
    return challenged === undefined ? result : { ...result, challenged };
  }
}

/** What is challenged, what the challenge says, and where it is discussed. */
export function namedChallenge(challenged: Challenged): string {
  return `${challenged.case}, ${challengeText(challenged)}`;
}

/** What a challenge says, and where it is discussed. */
export function challengeText({ status, reason, issue }: Challenged): string {
  return `${status === "open" ? "challenged" : "found wrong"}: ${reason} (${issue})`;
}
