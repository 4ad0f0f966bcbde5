import { FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Exit, Fiber, Layer, Redacted, Schema, Stream, TestClock } from "effect"
import { Claude, ClaudeError, MessageStream, RetryPolicy, Transport } from "effect-claude"
import { NodeTransport } from "effect-claude/node"
import { Simulator } from "effect-claude/simulator"
import { Cassette, Faults, TestClaude } from "effect-claude/testing"

const request = (content = "Hello") =>
  ({ model: "claude-opus-5-5", max_tokens: 64, messages: [{ role: "user", content }] }) as const

const words = (content?: string) =>
  Claude.stream(request(content)).pipe(
    MessageStream.text,
    Stream.runCollect,
    Effect.map((chunk) => [...chunk])
  )

const client = (options: Claude.Options = {}) =>
  Claude.layerTransport({
    apiKey: Redacted.make("sk-ant-api03-canary-of-the-key-AA"),
    retry: RetryPolicy.never,
    ...options
  })

/** A file in a folder of its own, gone with the test. */
const withFile = <A, E, R>(test: (path: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const folder = yield* files.makeTempDirectoryScoped()
    return yield* test(`${folder}/cassettes/one.json`)
  }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

const recording = (path: string, script: TestClaude.Script, options: Claude.Options = {}) =>
  client(options).pipe(
    Layer.provideMerge(Cassette.layer(path, { mode: "record" })),
    Layer.provide(TestClaude.layerTransport(script))
  )

const replaying = (path: string, options: Omit<Cassette.Options, "mode"> = {}, of: Claude.Options = {}) =>
  client(of).pipe(Layer.provideMerge(Cassette.layer(path, { ...options, mode: "replay" })))

const contentOf = (path: string) => Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(path))

const mismatchOf = <A, E>(exit: Exit.Exit<A, E>): string => {
  const [defect] = Exit.isFailure(exit) ? Cause.defects(exit.cause) : []
  assert.instanceOf(defect, Cassette.CassetteMismatch)
  return defect.message
}

describe("record and replay", () => {
  it.effect("give the same events, chunks, message and errors again", () =>
    withFile((path) =>
      Effect.gen(function* () {
        const program = Effect.gen(function* () {
          const events = yield* Stream.runCollect(Claude.stream(request()))
          const message = yield* Claude.create(request())
          const refused = yield* Effect.flip(Claude.create(request()))
          const cut = yield* Effect.flip(words())
          const broken = yield* Effect.flip(Claude.create(request()))
          return [[...events], message, refused._tag, cut._tag, broken._tag]
        })
        const first = yield* program.pipe(
          Effect.provide(
            recording(path, [
              TestClaude.text("Hello to you, too ☃ 🙂"),
              TestClaude.toolUse("weather", { city: "Bern" }),
              TestClaude.fail("RateLimited", { retryAfter: "3 seconds" }),
              TestClaude.cutAfter(4),
              TestClaude.fail("ConnectionReset")
            ])
          )
        )
        const second = yield* program.pipe(Effect.provide(replaying(path)))
        assert.deepStrictEqual(second, first)
        assert.deepStrictEqual(first.slice(2), ["RateLimited", "ConnectionReset", "ConnectionReset"])
      })
    )
  )

  it.effect("keep the chunks of a stream byte for byte, also where they cut a character in two", () =>
    withFile((path) =>
      Effect.gen(function* () {
        const sent = { method: "POST", url: "http://test/v1/messages", headers: {}, fresh: false } as const
        const limits = { pool: undefined, connect: undefined, headers: undefined }
        const body = new TextEncoder().encode(JSON.stringify({ ...request(), stream: true }))
        const chunks = Effect.gen(function* () {
          const transport = yield* Transport.Transport
          const response = yield* transport.execute({ ...sent, limits, body })
          const seen: Array<ReadonlyArray<number>> = []
          for (let bytes = yield* response.body.read; bytes !== undefined; bytes = yield* response.body.read) {
            seen.push([...bytes])
          }
          return seen
        }).pipe(Effect.scoped)
        const below = Faults.layer([Faults.always(Faults.sliced(7))]).pipe(
          Layer.provide(TestClaude.layerTransport([TestClaude.text("Grüße ☃ 🙂 ".repeat(5))]))
        )
        const first = yield* chunks.pipe(Effect.provide(Layer.provide(Cassette.layer(path, { mode: "record" }), below)))
        const second = yield* chunks.pipe(Effect.provide(Cassette.layer(path, { mode: "replay" })))
        assert.deepStrictEqual(second, first)
        assert.isAbove(first.length, 50)
        assert.include(yield* contentOf(path), `"base64"`)
      })
    )
  )

  it.effect("keep the time between chunks as data, and let it pass where it is asked for", () =>
    withFile((path) =>
      Effect.gen(function* () {
        const taking = <E, R>(effect: Effect.Effect<unknown, E, R>) =>
          Effect.gen(function* () {
            const fiber = yield* Effect.fork(Effect.timed(effect))
            yield* TestClock.adjust("1 minute")
            const [time] = yield* Fiber.join(fiber)
            return Duration.toMillis(time)
          })
        const script = [TestClaude.tokens(["a", "b", "c"], { after: "2 seconds", delay: "300 millis" })]
        assert.strictEqual(yield* Effect.provide(taking(words()), recording(path, script)), 2900)
        assert.strictEqual(yield* Effect.provide(taking(words()), replaying(path)), 0)
        assert.strictEqual(yield* Effect.provide(taking(words()), replaying(path, { timing: "recorded" })), 2900)
      })
    )
  )

  it.effect("write JSON that people can read, one chunk a line", () =>
    withFile((path) =>
      Effect.gen(function* () {
        yield* Effect.zipRight(words(), Claude.countTokens({ model: "m", messages: request().messages })).pipe(
          Effect.provide(recording(path, [TestClaude.text("Hi!"), TestClaude.tokenCount(7)]))
        )
        const lines = (yield* contentOf(path)).split("\n")
        const from = lines.findIndex((line) => line.includes(`"chunks"`))
        assert.deepStrictEqual(lines.slice(0, 24), [
          "{",
          `  "cassette": "effect-claude",`,
          `  "version": 1,`,
          `  "exchanges": [`,
          "    {",
          `      "request": {`,
          `        "method": "POST",`,
          `        "path": "/v1/messages",`,
          `        "headers": {`,
          `          "anthropic-version": "2026-10-21"`,
          "        },",
          `        "body": {`,
          `          "max_tokens": 64,`,
          `          "messages": [`,
          "            {",
          `              "content": "Hello",`,
          `              "role": "user"`,
          "            }",
          "          ],",
          `          "model": "claude-opus-5-5",`,
          `          "stream": true`,
          "        }",
          "      },",
          `      "response": {`
        ])
        const text = { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi!" } }
        assert.strictEqual(
          lines[from + 3],
          `          [0, ${JSON.stringify(`event: content_block_delta\ndata: ${JSON.stringify(text)}\n\n`)}],`
        )
        assert.deepStrictEqual(
          lines.slice(-12),
          [
            `        "chunks": [`,
            "          [0, {",
            `            "json": {`,
            `              "input_tokens": 7`,
            "            }",
            "          }]",
            "        ],",
            `        "end": "complete"`,
            "      }",
            "    }",
            "  ]",
            "}",
            ""
          ].slice(1)
        )
      })
    )
  )

  it.effect("record in the mode auto where there is no file, and play where there is one", () =>
    withFile((path) =>
      Effect.gen(function* () {
        const mode = Effect.map(Cassette.Cassette, ({ mode }) => mode)
        const both = (script: TestClaude.Script) =>
          Effect.all([words(), mode]).pipe(
            Effect.provide(
              client().pipe(
                Layer.provideMerge(Cassette.layer(path, { mode: "auto" })),
                Layer.provide(TestClaude.layerTransport(script))
              )
            )
          )
        assert.deepStrictEqual(yield* both([TestClaude.text("once")]), [["once"], "record"])
        // a script without steps dies of any request: the network is not touched
        assert.deepStrictEqual(yield* both([]), [["once"], "replay"])
      })
    )
  )

  it.effect("leave no file in the mode auto where nothing was answered, so that the next run records", () =>
    withFile((path) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const auto = (script: TestClaude.Script) =>
          Effect.provide(
            Effect.exit(words()),
            client().pipe(
              Layer.provide(Cassette.layer(path, { mode: "auto" })),
              Layer.provide(TestClaude.layerTransport(script))
            )
          )
        for (const failure of ["AuthenticationFailed", "ConnectionFailed"] as const) {
          assert.isTrue(Exit.isFailure(yield* auto([TestClaude.fail(failure)])))
          assert.isFalse(yield* files.exists(path), failure)
        }
        yield* Effect.void.pipe(
          Effect.provide(Cassette.layer(path, { mode: "auto" })),
          Effect.provide(TestClaude.layerTransport([]))
        )
        assert.isFalse(yield* files.exists(path), "no request")
        assert.deepStrictEqual(yield* auto([TestClaude.text("at last")]), Exit.succeed(["at", " last"]))
        assert.isTrue(yield* files.exists(path))
        assert.deepStrictEqual(yield* auto([]), Exit.succeed(["at", " last"]))
      })
    )
  )

  const lost: ReadonlyArray<readonly [what: string, reply: TestClaude.Reply]> = [
    ["a reset midway", TestClaude.text("a b c").pipe(TestClaude.cutAfter(2))],
    ["an end without the last event", TestClaude.text("a b c").pipe(TestClaude.cutAfter(2, "StreamTruncated"))],
    ["an error among the events", TestClaude.text("a b c").pipe(TestClaude.cutAfter(2, "Overloaded"))],
    ["silence", TestClaude.text("a b c").pipe(TestClaude.stallAfter(2))],
    ["no connection", TestClaude.fail("ConnectionFailed")],
    ["a rate limit", TestClaude.fail("RateLimited")],
    ["an overload", TestClaude.fail("Overloaded")]
  ]

  const once = (path: string, script: TestClaude.Script, mode: Cassette.Mode = "auto", retry = RetryPolicy.never) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.exit(Effect.all([words("One"), words("Two")])))
      yield* TestClock.adjust("10 minutes")
      return Exit.isSuccess(yield* Fiber.join(fiber))
    }).pipe(
      Effect.provide(
        client({ retry }).pipe(
          Layer.provide(Cassette.layer(path, { mode })),
          Layer.provide(TestClaude.layerTransport(script))
        )
      )
    )

  it.effect.each(lost)("leave no file in the mode auto where the last came to %s", ([what, reply]) =>
    withFile((path) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const first = TestClaude.text("one")
        assert.isFalse(yield* once(path, [first, reply]), what)
        assert.isFalse(yield* files.exists(path), "auto")
        assert.isTrue(yield* once(path, [first, TestClaude.text("two")]))
        assert.isTrue(yield* once(path, []), "played")

        assert.isFalse(yield* once(path, [first, reply], "record"))
        assert.isFalse(yield* once(path, []), "what was recorded on purpose is played")
      })
    )
  )

  it.effect("write in the mode auto what was lost and asked for again", () =>
    withFile((path) =>
      Effect.gen(function* () {
        const script = [TestClaude.text("one"), TestClaude.fail("Overloaded"), TestClaude.text("two")]
        assert.isTrue(yield* once(path, script, "auto", RetryPolicy.standard))
        assert.strictEqual((yield* contentOf(path)).match(/"status": 529/g)?.length, 1)
        assert.isTrue(yield* once(path, [], "auto", RetryPolicy.standard))
      })
    )
  )

  it.effect("keep a refusal that was asked to be recorded", () =>
    withFile((path) =>
      Effect.gen(function* () {
        yield* Effect.flip(Effect.provide(words(), recording(path, [TestClaude.fail("AuthenticationFailed")])))
        const again = yield* Effect.flip(Effect.provide(words(), replaying(path)))
        assert.strictEqual(again._tag, "AuthenticationFailed")
      })
    )
  )

  it.effect("keep what was exchanged when the program fails", () =>
    withFile((path) =>
      Effect.gen(function* () {
        yield* Effect.exit(
          Effect.zipRight(words(), Effect.fail("later")).pipe(
            Effect.provide(recording(path, [TestClaude.text("paid for")]))
          )
        )
        assert.deepStrictEqual(yield* Effect.provide(words(), replaying(path)), ["paid", " for"])
      })
    )
  )

  it.effect("end a stream that was given up by the client's watchdog in the same way", () =>
    withFile((path) =>
      Effect.gen(function* () {
        const stalled = Effect.gen(function* () {
          const fiber = yield* Effect.fork(Effect.flip(words()))
          yield* TestClock.adjust("10 minutes")
          const error = yield* Fiber.join(fiber)
          return error._tag === "TimedOut" ? error.limit : error._tag
        })
        const script = [TestClaude.stallAfter(TestClaude.text("a b c"), 2)]
        assert.strictEqual(yield* Effect.provide(stalled, recording(path, script)), "idle")
        assert.strictEqual(yield* Effect.provide(stalled, replaying(path)), "idle")
      })
    )
  )

  it.effect("do not go on behind the place where the recording was left", () =>
    withFile((path) =>
      Effect.gen(function* () {
        const first = Claude.stream(request()).pipe(MessageStream.text, Stream.take(1), Stream.runCollect)
        const layer = recording(path, [TestClaude.text("one two three")])
        yield* Effect.provide(first, layer)
        assert.deepStrictEqual([...(yield* Effect.provide(first, replaying(path)))], ["one"])
        const exit = yield* Effect.exit(Effect.provide(words(), replaying(path)))
        assert.include(mismatchOf(exit), "left by its reader")
      })
    )
  )
})

describe("matching", () => {
  it.effect("answers equal requests in their order, and tells which were never asked for", () =>
    withFile((path) =>
      Effect.gen(function* () {
        yield* Effect.all([words("a"), words("b"), words("a")]).pipe(
          Effect.provide(
            recording(
              path,
              ["first", "other", "second"].map((text) => TestClaude.text(text))
            )
          )
        )
        const unused = Effect.flatMap(Cassette.Cassette, ({ unused }) => unused)
        const seen = yield* Effect.all([words("a"), words("a"), unused]).pipe(Effect.provide(replaying(path)))
        assert.deepStrictEqual(seen, [["first"], ["second"], ["exchange 2, POST /v1/messages"]])
      })
    )
  )

  it.effect("is by what is asked: the order of keys, the key, the host and trace headers do not matter", () =>
    withFile((path) =>
      Effect.gen(function* () {
        yield* Effect.provide(words(), recording(path, [TestClaude.text("same")]))
        const turned = Claude.stream({ messages: request().messages, max_tokens: 64, model: "claude-opus-5-5" })
        const seen = yield* turned.pipe(MessageStream.text, Stream.runCollect).pipe(
          Effect.provide(
            replaying(
              path,
              {},
              {
                authToken: Redacted.make("another-token-altogether"),
                apiKey: undefined,
                baseUrl: "https://elsewhere.example",
                headers: { "x-trace": "1" }
              }
            )
          )
        )
        assert.deepStrictEqual([...seen], ["same"])
      })
    )
  )

  it.effect("tells of betas and of headers that were asked for", () =>
    withFile((path) =>
      Effect.gen(function* () {
        const layer = client({ betas: ["b", "a"], headers: { "x-tenant": "one" } }).pipe(
          Layer.provideMerge(Cassette.layer(path, { mode: "record", headers: ["X-Tenant", "authorization"] })),
          Layer.provide(TestClaude.layerTransport([TestClaude.text("hi")]))
        )
        yield* Effect.provide(words(), layer)
        const again = (options: Claude.Options) =>
          Effect.exit(Effect.provide(words(), replaying(path, { headers: ["x-tenant"] }, options)))
        assert.isTrue(Exit.isSuccess(yield* again({ betas: ["a", "b"], headers: { "x-tenant": "one" } })))
        const exit = yield* again({ betas: ["a"], headers: { "x-tenant": "two" } })
        assert.include(
          mismatchOf(exit),
          [
            "  headers.anthropic-beta",
            '    - "a,b"',
            '    + "a"',
            "  headers.x-tenant",
            '    - "one"',
            '    + "two"'
          ].join("\n")
        )
        assert.notInclude(yield* contentOf(path), "authorization")
      })
    )
  )
})

describe("a cassette that is out of date", () => {
  const recorded = (path: string) =>
    Effect.all([
      words("What is the capital of France?"),
      Claude.countTokens({ model: "m", messages: request().messages })
    ]).pipe(Effect.provide(recording(path, [TestClaude.text("Paris"), TestClaude.tokenCount(1)])))

  it.effect("says what differs from the most similar exchange, and how to record anew", () =>
    withFile((path) =>
      Effect.gen(function* () {
        yield* recorded(path)
        const exit = yield* Effect.exit(Effect.provide(words("What is the capital of Spain?"), replaying(path)))
        assert.strictEqual(
          mismatchOf(exit),
          [
            `Cassette ${path}: request 1, POST /v1/messages, is not in it.`,
            "Closest is exchange 1, POST /v1/messages; recorded (-) and sent (+) differ at",
            "  messages[0].content",
            '    - "What is the capital of France?"',
            '    + "What is the capital of Spain?"',
            'If the request is as it should be, record it anew: delete the file or use the mode "record".'
          ].join("\n")
        )
      })
    )
  )

  it.effect("says that an exchange was used already", () =>
    withFile((path) =>
      Effect.gen(function* () {
        yield* recorded(path)
        const twice = Effect.zipRight(words("What is the capital of France?"), words("What is the capital of France?"))
        const exit = yield* Effect.exit(Effect.provide(twice, replaying(path)))
        assert.include(mismatchOf(exit), "Exchange 1 is the same request, but it has answered request 1 already.")
      })
    )
  )

  it.effect("shows no secret of either side", () =>
    withFile((path) =>
      Effect.gen(function* () {
        yield* recorded(path)
        const exit = yield* Effect.exit(
          Effect.provide(words("my key is sk-ant-api03-other-canary-BB"), replaying(path))
        )
        assert.include(mismatchOf(exit), "my key is [redacted]")
        assert.notInclude(mismatchOf(exit), "canary")
      })
    )
  )

  const failing = (path: string, text: string | undefined) =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      if (text !== undefined) {
        yield* files.makeDirectory(path.replace("/one.json", ""))
        yield* files.writeFileString(path, text)
      }
      return yield* Effect.flip(Effect.provide(words(), replaying(path)))
    })

  it.effect("fails the layer where it is missing, broken, or of a newer version", () =>
    Effect.gen(function* () {
      const errors = [
        yield* withFile((path) => failing(path, undefined)),
        yield* withFile((path) => failing(path, "{}")),
        yield* withFile((path) => failing(path, '{ "cassette": "effect-claude", "version": 2, "exchanges": [] }'))
      ]
      assert.deepStrictEqual(
        errors.map((error) => error instanceof Cassette.CassetteError && error.reason),
        ["Missing", "Unreadable", "Newer"]
      )
    })
  )
})

describe("what a cassette keeps to itself", () => {
  const canaries = {
    key: "sk-ant-api03-canary-of-the-key-AA",
    token: "canary-auth-token-0123456789",
    cookie: "canary-cookie-0123456789",
    custom: "canary-custom-api-key-0123",
    mcp: "canary-mcp-token-0123456789",
    credit: "canary-credit-token-012345",
    user: "canary-user-of-metadata",
    organization: "0cana0ry-0000-4000-8000-00000organiz",
    workspace: "wrkspc_01CanaryOfTheWorkspace",
    profile: "canary-profile-of-the-user",
    requestId: "req_011CanaryOfTheRequest",
    other: "sk-ant-admin01-canary-of-another-key"
  }

  const asked = {
    ...request(`The key is ${canaries.other}, of ${canaries.organization}.`),
    metadata: { user_id: canaries.user },
    mcp_servers: [{ type: "url", name: "m", url: "https://m.example", authorization_token: canaries.mcp }],
    fallback_credit_token: canaries.credit,
    workspace_id: canaries.workspace,
    user_profile_id: canaries.profile
  }

  const headers = {
    "request-id": canaries.requestId,
    "anthropic-organization-id": canaries.organization,
    "anthropic-workspace-id": canaries.workspace,
    "set-cookie": `session=${canaries.cookie}`,
    "anthropic-ratelimit-requests-remaining": "7"
  }

  const echo = Object.values(canaries)
    .map((canary) => `<${canary}>`)
    .join(" ")

  const script = [
    TestClaude.tokens(
      // every canary is cut in two by the chunks of the stream
      Object.values(canaries).flatMap((canary) => [`<${canary.slice(0, 9)}`, `${canary.slice(9)}> `]),
      { headers }
    ),
    TestClaude.text(echo, { headers }),
    TestClaude.json(
      { type: "error", error: { type: "api_error", message: echo }, request_id: canaries.requestId },
      { status: 500, headers }
    )
  ]

  const options = {
    headers: { cookie: `session=${canaries.cookie}`, "x-custom-api-key": canaries.custom, "x-second": canaries.key },
    betas: ["mcp-client-2025-11-20"]
  }

  const program = Effect.gen(function* () {
    const streamed = yield* Claude.stream(asked).pipe(MessageStream.message)
    const whole = yield* Claude.create(asked).pipe(Claude.withMetadata)
    const error = yield* Effect.flip(Claude.create(asked))
    return { streamed, whole, error }
  })

  const recorded = (path: string) =>
    program.pipe(
      Claude.withOptions({ apiKey: Redacted.make(canaries.key) }),
      Effect.zip(Effect.exit(program.pipe(Claude.withOptions({ apiKey: Redacted.make(canaries.token) })))),
      Effect.provide(recording(path, [...script, ...script], options))
    )

  it.effect("is every secret and every id of an account, in whatever place and however it was cut", () =>
    withFile((path) =>
      Effect.gen(function* () {
        yield* recorded(path)
        const text = yield* contentOf(path)
        for (const [name, canary] of Object.entries(canaries)) assert.notInclude(text, canary, name)
        const joined = (yield* Schema.decodeUnknown(Schema.parseJson(File))(text)).exchanges
          .flatMap(({ response }) => response.chunks.map(([, content]) => (typeof content === "string" ? content : "")))
          .map((chunk) => /"text":"(.*?)"\}/.exec(chunk)?.[1] ?? "")
          .join("")
        for (const [name, canary] of Object.entries(canaries)) {
          assert.notInclude(joined, canary, name)
        }
        assert.include(joined, "[redacted]")
        assert.include(text, '"anthropic-ratelimit-requests-remaining": "7"')
        assert.notInclude(text, "set-cookie")
      })
    )
  )

  const File = Schema.Struct({
    exchanges: Schema.Array(
      Schema.Struct({
        response: Schema.Struct({ chunks: Schema.Array(Schema.Tuple(Schema.Number, Schema.Unknown)) })
      })
    )
  })

  it.effect("is called by the same name wherever it comes again, and the cassette still plays", () =>
    withFile((path) =>
      Effect.gen(function* () {
        yield* recorded(path)
        const {
          error,
          whole: [, info]
        } = yield* program.pipe(Effect.provide(replaying(path, {}, options)))
        assert.strictEqual(info.requestId, "req_1")
        assert.instanceOf(error, ClaudeError.ServerError)
        assert.strictEqual(error.requestId, "req_1")
        assert.include(JSON.stringify(error), "organization_1")
      })
    )
  )
})

describe("on real sockets", () => {
  const LiveTransport = Layer.scoped(Transport.Transport, NodeTransport.make({ proxy: false }))

  it.live("a cassette of the simulator plays without it", () =>
    withFile((path) =>
      Effect.gen(function* () {
        const asked = words("Tell me of the sea, in 60 words.")
        const first = yield* Effect.gen(function* () {
          const { log, url } = yield* Simulator.Simulator
          const layer = client({ baseUrl: url }).pipe(
            Layer.provide(Cassette.layer(path, { mode: "record" })),
            Layer.provide(LiveTransport)
          )
          const seen = yield* Effect.provide(asked, layer)
          return [seen, (yield* log).length]
        }).pipe(Effect.provide(Simulator.layer({ tokenDelay: 0 })))
        assert.deepStrictEqual(yield* Effect.provide(asked, replaying(path)), first[0])
        assert.strictEqual(first[1], 1)
      })
    )
  )
})
