/** `npm run faults`: writes the table of faults, as the tests run it, to `docs/faults.md`. */
import { writeFileSync } from "node:fs"
import { groups } from "../test/faults/faults.table.js"
import { pageOf } from "../test/faults/support/page.js"

const path = new URL("../docs/faults.md", import.meta.url)
const page = pageOf(groups)
writeFileSync(path, page)
process.stdout.write(`docs/faults.md: ${groups.reduce((count, { rows }) => count + rows.length, 0)} faults\n`)
