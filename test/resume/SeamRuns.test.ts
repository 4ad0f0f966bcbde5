import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Folded } from "../../src/resume/internal/seamFold.js"
import * as Seam from "../../src/resume/Seam.js"
import { cutOf, manners, randomOf, split, texts } from "./manners.js"
import { account, allRuns, drive, isFalse } from "./seamRuns.js"

const count = Number(process.env["SEAM_RUNS"] ?? 12)
const seed = Number(process.env["SEAM_SEED"] ?? 1)

const scenes = FastCheck.record({
  kind: FastCheck.constantFrom(...Object.keys(texts)),
  manner: FastCheck.constantFrom(...Object.keys(manners)),
  seed: FastCheck.nat()
})

const sceneOf = ({ kind, manner, seed }: { readonly kind: string; readonly manner: string; readonly seed: number }) => {
  const random = randomOf(seed)
  const text = texts[kind]?.(random) ?? ""
  const at = cutOf(random, text)
  const partial = text.slice(0, at)
  const anchor = Seam.anchorFor(partial)
  const reply = manners[manner]?.({ partial, anchor: anchor?.text ?? partial, rest: text.slice(at), random })
  return { partial, anchor, reply: reply?.text ?? "", random }
}

describe("models of many manners", () => {
  it("give a seam that is exact or says that it is not certain, in every kind of text", { timeout: 600_000 }, () => {
    const runs = [...allRuns(count, seed)]
    const wrong = runs.filter(isFalse).map(({ kind, manner, seed }) => ({ kind, manner, seed }))
    assert.deepStrictEqual(wrong, [])
    const accounts = account(runs)
    const certain = (manner: string): number => (accounts.get(manner)?.certain ?? 0) / (accounts.get(manner)?.runs ?? 1)
    // The promise would be cheap if nothing were ever certain.
    assert.isAbove(certain("obeys"), 0.75)
    assert.isAbove(certain("starts over"), 0.7)
    assert.isAbove(certain("other quotes and blanks"), 0.5)
    assert.isAbove(certain("preamble first"), 0.4)
    for (const manner of ["stops inside the anchor", "is empty"]) {
      assert.strictEqual(accounts.get(manner)?.failed, accounts.get(manner)?.runs)
    }
    for (const manner of ["obeys", "repeats and stops", "obeys behind a blank line"]) {
      assert.strictEqual(accounts.get(manner)?.uncertainOther, 0, manner)
    }
  })
})

describe("any reply", () => {
  it("comes out the same however it is cut into pieces, and no piece ends inside a pair", () => {
    FastCheck.assert(
      FastCheck.property(scenes, (scene) => {
        const { anchor, partial, random, reply } = sceneOf(scene)
        const whole = drive(Seam.make({ partial, anchor }), [reply])
        for (const longest of [1, 3, 50]) {
          const pieces = drive(Seam.make({ partial, anchor }), split(random, reply, longest))
          assert.strictEqual(pieces.emitted, whole.emitted)
          assert.deepStrictEqual({ ...pieces.seam, after: "" }, { ...whole.seam, after: "" })
          for (const emit of pieces.emits) {
            assert.isFalse(/[\ud800-\udbff]$/u.test(emit))
          }
        }
      }),
      { numRuns: 300 }
    )
  })

  it("is let out whole from where its new text begins, but for the closing of what stood around it", () => {
    FastCheck.assert(
      FastCheck.property(scenes, (scene) => {
        const { anchor, partial, reply } = sceneOf(scene)
        const { emitted, seam } = drive(Seam.make({ partial, anchor }), [reply])
        const rest = reply.slice(seam.dropped)
        assert.isTrue(seam.doubt === "quoted" ? rest.startsWith(emitted) : rest === emitted)
        assert.isTrue(Seam.isSeam(seam))
        assert.isFalse(seam.certain && (seam.failed || seam.doubt !== undefined))
      }),
      { numRuns: 300 }
    )
  })

  it("of any characters at all neither fails nor holds on past the window", () => {
    const text = FastCheck.string({ unit: "binary", maxLength: 300 })
    FastCheck.assert(
      FastCheck.property(text, text, FastCheck.boolean(), (partial, reply, obeys) => {
        const anchor = Seam.anchorFor(partial)
        const matcher = Seam.make({ partial, anchor, window: 50 })
        const answer = (obeys ? (anchor?.text ?? "") : "") + reply
        matcher.push(answer)
        assert.isAtMost(matcher.held(), Math.max(2 * partial.length, 400) + 500)
        matcher.end()
        assert.strictEqual(matcher.held(), 0)
      }),
      { numRuns: 500 }
    )
  })
})

describe("an anchor", () => {
  it("is the end of the partial answer, no longer than asked, and begins at no half of a pair", () => {
    FastCheck.assert(
      FastCheck.property(scenes, FastCheck.integer({ min: 20, max: 400 }), (scene, maxLength) => {
        const { partial } = sceneOf(scene)
        const anchor = Seam.anchorFor(partial, { maxLength })
        if (anchor !== undefined) {
          assert.isTrue(partial.endsWith(anchor.text))
          assert.isAtMost(anchor.text.length, maxLength)
          assert.isFalse(/^[\udc00-\udfff]/u.test(anchor.text))
          assert.isFalse(anchor.unique && partial.indexOf(anchor.text) !== partial.lastIndexOf(anchor.text))
        }
      }),
      { numRuns: 300 }
    )
  })

  it("holds none of the stop sequences", () => {
    FastCheck.assert(
      FastCheck.property(scenes, FastCheck.nat(), (scene, at) => {
        const { partial } = sceneOf(scene)
        const stop = partial.slice(at % partial.length, (at % partial.length) + 3)
        assert.isFalse(Seam.anchorFor(partial, { stopSequences: [stop] })?.text.includes(stop) ?? false)
      }),
      { numRuns: 300 }
    )
  })
})

describe("folded text", () => {
  it("is the same however it grew, and maps to the same places", () => {
    const blanks = [" ", "\n", "\u00a0", "\u200b"]
    const letters = ["a", "é", "e\u0301", "ﬁ", "…", "“", "👩‍💻", "❤️", "각", "\u1100\u1161\u11a8"]
    const unit = FastCheck.constantFrom(...blanks, ...letters)
    FastCheck.assert(
      FastCheck.property(FastCheck.array(unit), FastCheck.nat(), (units, seed) => {
        const text = units.join("")
        const whole = new Folded(text)
        const grown = new Folded()
        for (const piece of split(randomOf(seed), text, 3)) {
          grown.append(piece)
        }
        assert.strictEqual(grown.text, whole.text)
        for (let index = 0; index <= whole.text.length; index++) {
          assert.strictEqual(grown.start(index), whole.start(index))
          assert.strictEqual(grown.endBefore(index), whole.endBefore(index))
        }
      })
    )
  })
})
