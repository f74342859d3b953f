/** The requirement by which a function refuses bytes before the preface, which a host passes over (SES-109). */
export function foreignRule(bytes: Uint8Array): "REC-003" | "REC-008" {
  const isMark = bytes.length === 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMark ? "REC-008" : "REC-003";
}
