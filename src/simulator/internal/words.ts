// The words that answers are made of. Enough of them that two places in one answer seldom read alike.

/** @internal */
export const openers = [
  "In practice,",
  "At first glance,",
  "More often than not,",
  "On a closer look,",
  "As a rule,",
  "To be fair,",
  "By the same token,",
  "Put plainly,",
  "In the long run,",
  "Seen from the outside,",
  "Curiously,",
  "Even so,",
  "For a start,",
  "Under load,",
  "On quiet days,",
  "Once measured,",
  "As it happens,",
  "From experience,",
  "Strictly speaking,",
  "With hindsight,",
  "Broadly,",
  "Of course,",
  "Then again,",
  "Little by little,"
]

/** @internal */
export const adjectives = [
  "careful",
  "steady",
  "quiet",
  "narrow",
  "patient",
  "simple",
  "shared",
  "distant",
  "candid",
  "brittle",
  "gentle",
  "early",
  "second",
  "ordinary",
  "deliberate",
  "modest",
  "ambitious",
  "familiar",
  "stubborn",
  "plain",
  "lasting",
  "hidden",
  "generous",
  "uneven",
  "small",
  "sudden",
  "well-kept",
  "half-finished",
  "long-lived",
  "measured"
]

/** @internal */
export const nouns = [
  "answer",
  "reader",
  "method",
  "boundary",
  "schedule",
  "harbour",
  "ledger",
  "garden",
  "bridge",
  "question",
  "estimate",
  "machine",
  "signal",
  "margin",
  "workshop",
  "neighbour",
  "pattern",
  "habit",
  "promise",
  "constraint",
  "map",
  "library",
  "circuit",
  "season",
  "draft",
  "warehouse",
  "orchard",
  "protocol",
  "sample",
  "compass",
  "queue",
  "river",
  "witness",
  "kitchen",
  "archive",
  "lantern",
  "timetable",
  "contract",
  "instrument",
  "village"
]

/** @internal */
export const verbs = [
  "rewards",
  "explains",
  "outlives",
  "depends on",
  "borrows from",
  "points at",
  "protects",
  "replaces",
  "narrows",
  "questions",
  "carries",
  "follows",
  "slows",
  "reveals",
  "shapes",
  "survives",
  "balances",
  "repeats",
  "invites",
  "sharpens",
  "softens",
  "interrupts",
  "completes",
  "resists",
  "mirrors",
  "anticipates",
  "measures",
  "gathers"
]

/** @internal */
export const tails = [
  "without much ceremony",
  "long before anyone notices",
  "as the numbers keep showing",
  "when the work is divided",
  "in all but the rarest cases",
  "and the cost stays small",
  "which is easy to overlook",
  "after the first attempt",
  "provided that nobody hurries",
  "although few would admit it",
  "for reasons that are worth a page of their own",
  "until the next change arrives",
  "and that is usually enough",
  "while the rest waits its turn",
  "so the second try comes cheaper",
  "no matter who is asking",
  "at least once a week",
  "with room to spare",
  "even where the evidence is thin",
  "and nothing is lost by waiting",
  "as most of us learn late",
  "if the terms are kept short",
  "rather than the other way round",
  "within a day or two"
]

/** @internal */
export const chinese = [
  "河边的灯一盏一盏亮了起来。",
  "他把旧地图摊开，又仔细看了一遍。",
  "答案往往藏在最普通的细节里。",
  "先把问题说清楚，再谈办法。",
  "雨停之后，街上慢慢有了人声。",
  "时间会把多余的部分带走。",
  "每一步都留下了记录，方便以后查找。",
  "这条路不长，却走得很认真。"
]

/** @internal */
export const japanese = [
  "朝の市場はもう人でいっぱいだった。",
  "小さな約束ほど守るのが難しい。",
  "窓の外では、静かに雪が降っていた。",
  "まず全体を眺めて、それから細部を直す。",
  "橋の向こうに古い図書館が見える。",
  "急がば回れ、という言葉を思い出した。",
  "記録を残せば、次の人が迷わない。",
  "今日の仕事はここまでにしよう。"
]

/** @internal */
export const emoji = ["🌿", "🚲", "📎", "🧭", "🌧️", "🔧", "👩‍🔬", "🎻", "🍞", "🇯🇵", "🪴", "⏳"]
