/** Text as HTML. */
export function escapedText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "\ufffd");
}

/** An element; its content is HTML already, its attributes are not. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: string,
): string {
  const written = Object.entries(attributes).map(
    ([attribute, value]) => ` ${attribute}="${escapedText(value)}"`,
  );
  return `<${name}${written.join("")}>${content}</${name}>`;
}

/** The text of a requirement as HTML: code stands out, links lead nowhere. */
export function ruleText(text: string): string {
  return escapedText(text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1"))
    .replaceAll(/`([^`]*)`/g, "<code>$1</code>")
    .replaceAll(/(?<!\w)\*(\w+)\*(?!\w)/g, "<em>$1</em>");
}
