// Is a SARIF log right by the schema of SARIF 2.1.0?
//
//   node sarif.mjs BROKEN FILE...
//
// BROKEN is a folder of logs that are wrong on purpose, each in one place: the schema must refuse them all.
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Ajv from 'ajv-draft-04'
import formats from 'ajv-formats'

const [broken, ...files] = process.argv.slice(2)
const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
const schema = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')
// A pattern of this schema is none in Unicode mode.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
formats(ajv)
const fits = ajv.compile(read(schema))
const findings = []
for (const file of files) {
  if (!fits(read(file))) findings.push(`${file}: ${ajv.errorsText(fits.errors)}`)
}
for (const name of readdirSync(broken)) {
  if (fits(read(join(broken, name)))) findings.push(`${name}: wrong on purpose, and taken`)
}
console.log(findings.length ? findings.join('\n') : `${files.length} logs fit`)
process.exit(findings.length ? 1 : 0)
