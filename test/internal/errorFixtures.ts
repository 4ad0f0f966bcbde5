import { Duration } from "effect"
import type { ErrorContext } from "../../src/ClaudeError.js"

/** A first attempt of a unary call that got as far as waiting for headers. */
export const context: ErrorContext = {
  phase: "headers",
  attempt: 1,
  elapsed: Duration.seconds(3),
  mayHaveRun: true,
  request: { method: "POST", path: "/v1/messages", model: "claude-opus-5-5", bodyBytes: 2048, stream: false }
}

export const html = (title: string): string =>
  `<html>\r\n<head><title>${title}</title><style>body { color: red }</style></head>\r\n<body>\r\n`
  + `<center><h1>${title}</h1></center>\r\n`
  + "<hr><center>nginx/1.25.3</center>\r\n<script>if (1 < 2) { alert(1) }</script></body>\r\n</html>\r\n"

export const apiError = (type: string, message: string, errorCode?: string): string =>
  JSON.stringify({
    type: "error",
    error: { type, message, ...(errorCode === undefined ? {} : { details: { error_code: errorCode } }) },
    request_id: "req_body"
  })
