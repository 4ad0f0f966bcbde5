/**
 * Answers and requests of the kinds that the API's docs and the official SDK's examples show.
 */
export const message = {
  id: "msg_01",
  type: "message",
  role: "assistant",
  model: "claude-opus-5-5",
  content: [
    { type: "thinking", thinking: "First", signature: "c2ln" },
    {
      type: "text",
      text: "Hello",
      citations: [
        {
          type: "char_location",
          cited_text: "H",
          document_index: 0,
          document_title: null,
          start_char_index: 0,
          end_char_index: 1,
          file_id: null
        }
      ]
    },
    { type: "tool_use", id: "toolu_1", name: "add", input: { a: 1 }, caller: { type: "direct" } },
    { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "x" } },
    {
      type: "web_search_tool_result",
      tool_use_id: "srvtoolu_1",
      caller: { type: "direct" },
      content: [
        {
          type: "web_search_result",
          url: "https://example.com",
          title: "Example",
          encrypted_content: "abc",
          page_age: null
        }
      ]
    },
    {
      type: "code_execution_tool_result",
      tool_use_id: "srvtoolu_2",
      content: { type: "code_execution_result", stdout: "1", stderr: "", return_code: 0, content: [] }
    }
  ],
  container: null,
  diagnostics: null,
  stop_reason: "end_turn",
  stop_sequence: null,
  stop_details: null,
  usage: {
    input_tokens: 10,
    output_tokens: 5,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens_details: null,
    server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
    service_tier: "standard",
    inference_geo: null,
    speed: null
  }
} as const

/** As old servers and recorded tests give it: without most of what is optional. */
export const bareMessage = {
  id: "msg_02",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5",
  content: [{ type: "text", text: "Hi" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 }
} as const

const hello = [{ role: "user", content: "Hello, world" }] as const

const common = {
  model: "claude-opus-5",
  max_tokens: 1024,
  messages: hello,
  cache_control: { type: "ephemeral", ttl: "5m" },
  metadata: { user_id: "13803d75-b4b5-4c3e-b2a2-6f21399b021b" },
  output_config: { effort: "low", format: { schema: { foo: "bar" }, type: "json_schema" } },
  stop_sequences: ["string"],
  system: [
    {
      text: "Today's date is 2024-06-01.",
      type: "text",
      cache_control: { type: "ephemeral", ttl: "5m" },
      citations: [
        {
          cited_text: "The grass is green. The sky is blue.",
          document_index: 0,
          document_title: "x",
          end_char_index: 0,
          start_char_index: 0,
          type: "char_location"
        }
      ]
    }
  ],
  thinking: { type: "adaptive", display: "summarized" },
  tool_choice: { type: "auto", disable_parallel_tool_use: true },
  tools: [
    {
      input_schema: { type: "object", properties: { location: "bar", unit: "bar" }, required: ["location"] },
      name: "name",
      allowed_callers: ["direct"],
      cache_control: { type: "ephemeral", ttl: "5m" },
      defer_loading: true,
      description: "Get the current weather in a given location",
      eager_input_streaming: true,
      input_examples: [{ foo: "bar" }],
      strict: true,
      type: "custom"
    }
  ],
  user_profile_id: "anthropic-user-profile-id"
} as const

/** Requests that must never be refused, by what they show. */
export const validRequests: Readonly<Record<string, { readonly [key: string]: unknown }>> = {
  "required fields": { model: "claude-opus-5", max_tokens: 1024, messages: hello },
  "all fields": {
    ...common,
    container: { id: "id", skills: [{ skill_id: "pdf", type: "anthropic", version: "latest" }] },
    inference_geo: "inference_geo",
    service_tier: "auto",
    speed: "standard",
    stream: false,
    diagnostics: { previous_message_id: null }
  },
  "fields of betas": {
    ...common,
    context_management: { edits: [{ type: "clear_tool_uses_20250919", clear_tool_inputs: true }] },
    fallbacks: "default",
    fallback_credit_token: "x",
    mcp_servers: [{ name: "name", type: "url", url: "url" }],
    output_config: { effort: "low", task_budget: { total: 1024, type: "tokens", remaining: 0 } },
    thinking: { type: "adaptive", display: "updates" },
    betas: ["message-batches-2024-09-24"]
  },
  "thinking with a budget": {
    model: "claude-sonnet-5",
    max_tokens: 3200,
    thinking: { type: "enabled", budget_tokens: 1600 },
    messages: hello
  },
  "filling the cache": { model: "claude-opus-5", max_tokens: 0, messages: hello },
  "a system message between turns": {
    model: "claude-opus-5-5",
    max_tokens: 10,
    messages: [...hello, { role: "system", content: "Be brief." }]
  },
  "consecutive turns of one role": {
    model: "claude-opus-5-5",
    max_tokens: 10,
    messages: [...hello, ...hello]
  },
  "a prefill": {
    model: "claude-sonnet-4-5",
    max_tokens: 10,
    messages: [
      { role: "user", content: "What's the Greek name for Sun? (A) Sol (B) Helios (C) Sun" },
      { role: "assistant", content: "The best answer is (" }
    ]
  },
  "a tool call and its result": {
    model: "claude-sonnet-5",
    max_tokens: 1024,
    messages: [
      { role: "user", content: "What is the weather in SF?" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "Let me look. " },
          {
            type: "tool_use",
            id: "toolu_1",
            name: "get_weather",
            input: { location: "SF" },
            caller: { type: "direct" }
          }
        ]
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "The weather is 73f" }] }
    ],
    tools: [
      {
        name: "get_weather",
        description: "Get the weather for a specific location",
        input_schema: { type: "object", properties: { location: { type: "string" } } }
      }
    ]
  },
  "results of one turn in two messages": {
    model: "claude-sonnet-5",
    max_tokens: 1024,
    messages: [
      { role: "user", content: "Add" },
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "a", name: "add", input: {} },
          { type: "tool_use", id: "b", name: "add", input: {} }
        ]
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "a" }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "b", is_error: true, content: "No" }] }
    ]
  },
  "a paused turn of server tools sent back": {
    model: "claude-opus-5-5",
    max_tokens: 1024,
    thinking: { type: "adaptive" },
    messages: [...hello, { role: "assistant", content: message.content.filter((block) => block.type !== "tool_use") }],
    tools: [{ name: "web_search", type: "web_search_20250305" }]
  },
  "structured outputs": {
    model: "claude-sonnet-5",
    max_tokens: 100,
    messages: hello,
    output_config: {
      format: {
        type: "json_schema",
        schema: {
          type: "object",
          properties: { answer: { type: "string", description: "The final answer" } },
          required: ["answer"],
          additionalProperties: false
        }
      }
    }
  },
  "a continued thread": {
    model: "claude-opus-5-5",
    max_tokens: 100,
    thread: { type: "continue", previous_message_id: "msg_1" },
    messages: [{ role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_9", content: "3" }] }]
  },
  "blocks and tools of betas": {
    model: "claude-opus-5-5",
    max_tokens: 100,
    messages: [
      {
        role: "user",
        content: [
          { type: "compaction", content: "So far" },
          { type: "text", text: "Go on" }
        ]
      }
    ],
    tools: [
      { type: "mcp_toolset", mcp_server_name: "docs" },
      { type: "computer_20251124", name: "computer", display_width_px: 1, display_height_px: 1 }
    ],
    tool_choice: { type: "tool", name: "search" }
  },
  toolsets: {
    model: "claude-opus-5-5",
    max_tokens: 100,
    messages: [
      ...hello,
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "t", name: "navigate", toolset_name: "browser", input: { url: "https://a.b" } }
        ]
      },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: "t",
            toolset_name: "browser",
            content: [
              {
                type: "browser_state",
                tabs: [{ tab_id: "1", title: "A", url: "https://a.b", active: true }],
                state_changes: [{ type: "tab_opened", tab_id: "1" }]
              }
            ]
          }
        ]
      }
    ],
    tools: [
      { type: "browser_toolset_20260801", configs: { javascript_exec: { enabled: true } } },
      { type: "computer_toolset_20260801", cache_control: null }
    ]
  }
}

/** Those of API version 2023-06-01 alone. */
export const olderRequests: Readonly<Record<string, { readonly [key: string]: unknown }>> = {
  "sampling parameters": { ...common, temperature: 1, top_k: 5, top_p: 0.7 },
  "a document of the assistant": {
    model: "claude-opus-5",
    max_tokens: 10,
    messages: [
      {
        role: "user",
        content: [
          {
            type: "text",
            text: "Hi",
            citations: [
              {
                type: "web_search_result_location",
                cited_text: "a",
                encrypted_index: "b",
                title: null,
                url: "https://a.b"
              }
            ]
          }
        ]
      },
      {
        role: "assistant",
        content: [{ type: "document", source: { type: "text", media_type: "text/plain", data: "x" } }]
      },
      ...hello
    ]
  }
}
