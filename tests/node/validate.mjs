// A validator that stays: reads one JSON string (a page's HTML) a line, answers one JSON list of
// messages a line. Starting Node for each page would cost half a second a page.
import { createInterface } from "node:readline";
import { HtmlValidate } from "html-validate";

const validator = new HtmlValidate({ root: true, extends: ["html-validate:standard"] });

for await (const line of createInterface({ input: process.stdin })) {
  const report = await validator.validateString(JSON.parse(line), "page.html");
  const messages = report.results.flatMap((result) =>
    result.messages.map((m) => `line ${m.line}: ${m.message} (${m.ruleId})`));
  process.stdout.write(JSON.stringify(messages) + "\n");
}
