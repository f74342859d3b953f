/** Whether a string that is data of a media type stands for itself, and not for JSON as it does without a type. */
export function isTextType(type: unknown): boolean {
  if (typeof type !== "string") return false;
  const [essence = ""] = type.toLowerCase().split(";");
  return !/\/json$|\+json$/.test(essence.replaceAll(/[ \t]/g, ""));
}
