/**
 * For each rule, requests that break it and requests that come close and do not.
 */
type Request = { readonly [key: string]: unknown }

export interface Cases {
  readonly broken: ReadonlyArray<Request>
  readonly kept: ReadonlyArray<Request>
}

const base = { model: "claude-opus-5-5", max_tokens: 4096, messages: [{ role: "user", content: "Hello" }] }

const having = (fields: Request): Request => ({ ...base, ...fields })

const user = (...content: ReadonlyArray<unknown>) => ({ role: "user", content })

const assistant = (...content: ReadonlyArray<unknown>) => ({ role: "assistant", content })

const turns = (...messages: ReadonlyArray<unknown>): Request => having({ messages })

const text = (text: string, fields: Request = {}) => ({ type: "text", text, ...fields })

const use = (id: string, fields: Request = {}) => ({ type: "tool_use", id, name: "add", input: {}, ...fields })

const result = (id: string, fields: Request = {}) => ({ type: "tool_result", tool_use_id: id, ...fields })

const called = (fields: Request, answer: Request = {}): Request =>
  turns(user(text("Add")), assistant(use("a", fields)), user(result("a", answer)))

const image = (source: Request): Request => turns(user({ type: "image", source }))

const base64 = (data: string, media_type = "image/png"): Request => image({ type: "base64", media_type, data })

const tool = (name: string, fields: Request = {}) => ({ name, input_schema: { type: "object" }, ...fields })

const schema = (schema: Request): Request => having({ output_config: { format: { type: "json_schema", schema } } })

const thinking = { type: "thinking", thinking: "Hm", signature: "c2ln" }

const marker = { type: "ephemeral" }

const tab = (tab_id: string, active?: boolean) => ({ tab_id, title: "", url: "https://a.b", active })

const browser = (...states: ReadonlyArray<Request>) => ({
  content: states.map((state) => ({ type: "browser_state", tabs: [tab("1", true)], ...state }))
})

const download = { type: "download_started", download_id: "d", url: "u" }

const cycle = (): Request => {
  const input: Record<string, unknown> = {}
  input["self"] = input
  return called({ input })
}

export const cases: Readonly<Record<string, Cases>> = {
  shape: {
    broken: [{}, having({ max_tokens: "4096" }), turns({ role: "tool", content: "x" }), turns(user({ type: "text" }))],
    kept: [base, turns(user({ type: "new" })), having({ new_field: 1 })]
  },
  "model-empty": { broken: [having({ model: "" })], kept: [having({ model: "claude-next" })] },
  "max-tokens": {
    broken: [having({ max_tokens: -1 }), having({ max_tokens: 1.5 })],
    kept: [having({ max_tokens: 0 }), having({ max_tokens: 1 })]
  },
  "thinking-budget-minimum": {
    broken: [
      having({ thinking: { type: "enabled", budget_tokens: 1023 } }),
      having({ thinking: { type: "enabled", budget_tokens: 1024.5 } })
    ],
    kept: [having({ thinking: { type: "enabled", budget_tokens: 1024 } }), having({ thinking: { type: "adaptive" } })]
  },
  "thinking-budget-maximum": {
    broken: [having({ max_tokens: 2048, thinking: { type: "enabled", budget_tokens: 2048 } })],
    kept: [having({ max_tokens: 2049, thinking: { type: "enabled", budget_tokens: 2048 } })]
  },
  "sampling-parameters": {
    broken: [having({ temperature: 1 }), having({ top_p: 0.5 }), having({ top_k: 5 })],
    kept: [having({ temperature: undefined })]
  },
  "stop-sequence-blank": {
    broken: [having({ stop_sequences: ["", "a"] }), having({ stop_sequences: ["\n"] })],
    kept: [having({ stop_sequences: [] }), having({ stop_sequences: ["\n\nHuman:"] })]
  },
  "output-format-twice": {
    broken: [having({ output_format: {}, output_config: { format: { type: "json_schema", schema: {} } } })],
    kept: [having({ output_format: {} }), having({ output_format: {}, output_config: { effort: "low" } })]
  },
  "compaction-with-context-management": {
    broken: [having({ compaction: { type: "summarize" }, context_management: { edits: [] } })],
    kept: [having({ compaction: { type: "summarize" } }), having({ context_management: null, compaction: {} })]
  },
  "messages-empty": {
    broken: [having({ messages: [] }), having({ messages: [], thread: { type: "create" } })],
    kept: [having({ messages: [], thread: { type: "continue", previous_message_id: "msg_1" } })]
  },
  "messages-too-many": {
    broken: [having({ messages: Array.from({ length: 100_001 }, () => base.messages[0]) })],
    kept: [having({ messages: Array.from({ length: 100_000 }, () => base.messages[0]) })]
  },
  "content-empty": {
    broken: [turns({ role: "user", content: "" }), turns(assistant(), user(text("a")))],
    kept: [turns(user(text("a")), assistant()), turns(user(text("a")), { role: "assistant", content: "" })]
  },
  "prefill-trailing-whitespace": {
    broken: [
      turns(user(text("2 + 2")), { role: "assistant", content: "The sum is " }),
      turns(user(text("2 + 2")), assistant(text("a"), text("is\n")))
    ],
    kept: [
      turns(user(text("2 + 2")), assistant(text("a "), text("is"))),
      turns(user(text("2 + 2 "))),
      turns(user(text("Go")), assistant({ ...use("s"), type: "server_tool_use" }, text("a ")))
    ]
  },
  "prefill-with-thinking": {
    broken: [having({ thinking: { type: "adaptive" }, messages: [...base.messages, assistant(text("The"))] })],
    kept: [
      having({ thinking: { type: "disabled" }, messages: [...base.messages, assistant(text("The"))] }),
      having({ thinking: { type: "adaptive" }, messages: [...base.messages, assistant(thinking, text("The"))] }),
      having({
        thinking: { type: "adaptive" },
        fallback_credit_token: "t",
        messages: [...base.messages, assistant(text("The"))]
      })
    ]
  },
  "tool-use-unanswered": {
    broken: [
      turns(user(text("a")), assistant(use("a")), user(text("and?"))),
      turns(user(text("a")), assistant(use("a"), use("b")), user(result("a")))
    ],
    kept: [
      turns(user(text("a")), assistant(use("a"), use("b")), user(result("b")), user(result("a"))),
      turns(user(text("a")), assistant(use("a")))
    ]
  },
  "tool-result-unmatched": {
    broken: [
      turns(user(result("nobody"))),
      turns(user(text("a")), assistant(use("a")), user(result("a"), result("b"))),
      turns(user(text("a")), assistant(use("a")), user(result("a")), assistant(text("b")), user(result("a")))
    ],
    kept: [
      called({}),
      turns(user(text("a")), assistant(use("a")), { role: "system", content: "Note" }, user(result("a"))),
      having({ messages: [user(result("a"))], thread: { type: "continue", previous_message_id: "m" } })
    ]
  },
  "tool-result-duplicate": {
    broken: [turns(user(text("a")), assistant(use("a")), user(result("a"), result("a")))],
    kept: [turns(user(text("a")), assistant(use("a"), use("b")), user(result("a"), result("b")))]
  },
  "tool-use-id-duplicate": {
    broken: [turns(user(text("a")), assistant(use("a"), use("a")), user(result("a")))],
    kept: [turns(user(text("a")), assistant(use("a"), use("b")), user(result("a"), result("b")))]
  },
  "toolset-name-mismatch": {
    broken: [
      called({ toolset_name: "browser" }),
      called({ toolset_name: "browser" }, { toolset_name: "computer" }),
      called({}, { toolset_name: "browser" })
    ],
    kept: [called({ toolset_name: "browser" }, { toolset_name: "browser" }), called({ toolset_name: null })]
  },
  "text-empty": {
    broken: [
      turns(user(text(""))),
      having({ system: [text("")] }),
      called({}, { content: [text("")] }),
      turns(user({ type: "document", source: { type: "content", content: [text("")] } }))
    ],
    kept: [turns(user(text("a"))), called({}, { content: "" }), having({ system: "" })]
  },
  "block-role": {
    broken: [
      turns(user(use("a"))),
      turns(user(thinking)),
      turns(user(text("a")), assistant(result("a")), user(text("a")))
    ],
    kept: [called({})]
  },
  "assistant-document": {
    broken: [
      turns(
        user(text("a")),
        assistant({ type: "document", source: { type: "url", url: "https://a.b" } }),
        user(text("a"))
      )
    ],
    kept: [turns(user({ type: "document", source: { type: "url", url: "https://a.b" } }))]
  },
  "user-citations": {
    broken: [turns(user(text("a", { citations: [{ type: "new" }] })))],
    kept: [
      turns(user(text("a", { citations: [] }))),
      turns(user(text("a")), assistant(text("a", { citations: [{ type: "new" }] })), user(text("a")))
    ]
  },
  "thinking-incomplete": {
    broken: [
      turns(user(text("a")), assistant({ ...thinking, signature: "" }, text("a")), user(text("a"))),
      turns(user(text("a")), assistant({ type: "redacted_thinking", data: "" }, text("a")), user(text("a")))
    ],
    kept: [turns(user(text("a")), assistant({ ...thinking, thinking: "" }, text("a")), user(text("a")))]
  },
  "tool-use-id": {
    broken: [turns(user(text("a")), assistant(use("call:1")), user(result("call:1")))],
    kept: [turns(user(text("a")), assistant(use("toolu_01-A")), user(result("toolu_01-A")))]
  },
  "tool-use-input": {
    broken: [called({ input: "{}" }), called({ input: [] }), called({ input: undefined })],
    kept: [called({ input: {} })]
  },
  "browser-state-place": {
    broken: [called({}, browser({}, {})), called({}, { is_error: true, ...browser({}) })],
    kept: [called({}, browser({})), called({}, { is_error: true, content: [text("No")] })]
  },
  "browser-state-tabs": {
    broken: [
      called({}, browser({ tabs: [tab("1")] })),
      called({}, browser({ tabs: [tab("1", true), tab("2", true)] })),
      called({}, browser({ state_changes: [{ type: "tab_opened", tab_id: "9" }] }))
    ],
    kept: [called({}, browser({ tabs: [] })), called({}, browser({ tabs: [tab("1", true), tab("2", false)] }))]
  },
  "browser-state-changes": {
    broken: [called({}, browser({ state_changes: [] })), called({}, browser({ state_changes: [download, download] }))],
    kept: [called({}, browser({ state_changes: [download] }))]
  },
  base64: {
    broken: [base64(""), base64("data:image/png;base64,aGk="), base64("aGk"), base64("a_k="), base64("aGk= x")],
    kept: [base64("aGk="), base64("aGkh\r\naGkh\n"), image({ type: "url", url: "https://a.b/c.png" })]
  },
  "media-type": {
    broken: [
      base64("/9j/4AAQSkZJRgABAQ=="),
      base64("iVBORw0KGgoAAAANSUhEUg==", "image/jpeg"),
      base64("UklGRiQAAABXRUJQVlA4IA==", "image/gif"),
      turns(user({ type: "document", source: { type: "base64", media_type: "application/pdf", data: "R0lGODlhAQAB" } }))
    ],
    kept: [
      base64("iVBORw0KGgoAAAANSUhEUg=="),
      base64("/9j/4AAQSkZJRgABAQ==", "image/jpeg"),
      base64("UklGRiQAAABXRUJQVlA4IA==", "image/webp"),
      base64("aGVsbG8gdGhlcmU=")
    ]
  },
  "source-url": {
    broken: [image({ type: "url", url: "file:///a.png" }), image({ type: "url", url: "" })],
    kept: [image({ type: "url", url: "http://a.b/c.png" }), image({ type: "file", file_id: "file_1" })]
  },
  "tool-name": {
    broken: [
      having({ tools: [tool("get weather")] }),
      having({ tools: [tool("")] }),
      having({
        tools: [tool("a".repeat(129))]
      })
    ],
    kept: [having({ tools: [tool("a".repeat(128))] }), having({ tools: [{ type: "new", name: "a b" }] })]
  },
  "tool-name-duplicate": {
    broken: [having({ tools: [tool("a"), tool("a")] })],
    kept: [having({ tools: [tool("a"), tool("b"), { type: "computer_toolset_20260801" }] })]
  },
  "toolset-member": {
    broken: [
      having({ tools: [{ type: "computer_toolset_20260801", configs: { teleport: {} } }] }),
      having({ tools: [{ type: "browser_toolset_20260801", configs: { cursor_position: {} } }] })
    ],
    kept: [
      having({ tools: [{ type: "computer_toolset_20260801", configs: { cursor_position: null } }] }),
      having({ tools: [{ type: "browser_toolset_20260801", configs: {} }] })
    ]
  },
  "toolset-field": {
    broken: [having({ tools: [{ type: "browser_toolset_20260801", name: "browser" }] })],
    kept: [having({ tools: [{ type: "browser_toolset_20260801", name: undefined, cache_control: marker }] })]
  },
  "domains-exclusive": {
    broken: [
      having({
        tools: [{ type: "web_search_20260318", name: "web_search", allowed_domains: ["a.b"], blocked_domains: ["c.d"] }]
      })
    ],
    kept: [
      having({
        tools: [{ type: "web_search_20260318", name: "web_search", allowed_domains: ["a.b"], blocked_domains: null }]
      })
    ]
  },
  "url-source-tool": {
    broken: [
      having({
        tools: [
          {
            type: "web_fetch_20260318",
            name: "web_fetch",
            url_sources: { client_tool_results: { type: "only", tools: [{ type: "tool_reference", name: "nobody" }] } }
          }
        ]
      })
    ],
    kept: [
      having({
        tools: [
          tool("add"),
          {
            type: "web_fetch_20260318",
            name: "web_fetch",
            url_sources: {
              client_tool_results: { type: "only", tools: [{ type: "tool_reference", name: "add" }] },
              server_tool_results: { type: "none" }
            }
          }
        ]
      })
    ]
  },
  "tool-choice-unknown": {
    broken: [
      having({ tool_choice: { type: "any" } }),
      having({ tools: [tool("add")], tool_choice: { type: "tool", name: "sub" } })
    ],
    kept: [
      having({ tools: [tool("add")], tool_choice: { type: "tool", name: "add" } }),
      having({ mcp_servers: [], tool_choice: { type: "any" } }),
      having({ tools: [{ type: "browser_toolset_20260801" }], tool_choice: { type: "tool", name: "navigate" } }),
      having({ tool_choice: { type: "none" } })
    ]
  },
  "cache-markers": {
    broken: [having({ system: [1, 2, 3, 4, 5].map(() => text("a", { cache_control: marker })) })],
    kept: [
      having({
        cache_control: marker,
        system: [1, 2, 3].map(() => text("a", { cache_control: marker })),
        tools: [tool("a", { cache_control: marker }), tool("b", { cache_control: null })]
      })
    ]
  },
  "cache-lifetimes": {
    broken: [
      having({
        tools: [tool("a", { cache_control: marker })],
        system: [text("a", { cache_control: { ...marker, ttl: "1h" } })]
      })
    ],
    kept: [
      having({
        tools: [tool("a", { cache_control: { ...marker, ttl: "1h" } })],
        system: [text("a", { cache_control: { ...marker, ttl: "5m" } })]
      })
    ]
  },
  "cache-thinking": {
    broken: [turns(user(text("a")), assistant({ ...thinking, cache_control: marker }, text("a")), user(text("a")))],
    kept: [turns(user(text("a")), assistant(thinking, text("a", { cache_control: marker })), user(text("a")))]
  },
  "output-schema-open-object": {
    broken: [
      schema({ type: "object" }),
      schema({ type: "object", additionalProperties: false, properties: { a: { type: "object" } } }),
      schema({ anyOf: [{ type: "array", items: { type: "object", additionalProperties: true } }] })
    ],
    kept: [schema({ type: "object", additionalProperties: false }), schema({ foo: "bar" })]
  },
  "output-schema-keyword": {
    broken: [
      schema({ type: "number", minimum: 1 }),
      schema({ type: "array", minItems: 2, items: { type: "string" } }),
      schema({ $defs: { name: { type: "string", maxLength: 3 } } })
    ],
    kept: [
      schema({ type: "array", minItems: 1, items: { type: "string", format: "date", enum: ["a"] } }),
      schema({ type: "object", additionalProperties: false, properties: { minimum: { type: "number" } } })
    ]
  },
  "json-encodable": {
    broken: [
      called({ input: { count: 1n } }),
      called({ input: { f: () => 1 } }),
      called({ input: { n: NaN } }),
      cycle()
    ],
    kept: [called({ input: { at: new Date(0), twice: [marker, marker] } })]
  },
  "lone-surrogate": {
    broken: [turns({ role: "user", content: "a\ud83d" }), called({ input: { deep: ["\udc00"] } })],
    kept: [turns({ role: "user", content: "\ud83d\ude00" })]
  }
}
