// Is the description of the API a valid one, and do real answers fit it?
//
//   node openapi.mjs DOCUMENT ANSWERS
//
// ANSWERS is a JSON list of { told, path, method, status, kind, body }: what a server answered.
import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import Ajv from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const [documentFile, answersFile] = process.argv.slice(2)
const read = (file) => JSON.parse(readFileSync(file, 'utf8'))
const findings = []

const validator = new Validator()
const checked = await validator.validate(read(documentFile))
if (!checked.valid) findings.push(`the document: ${JSON.stringify(checked.errors)}`)
if (validator.version !== '3.1') findings.push(`expected OpenAPI 3.1, found ${validator.version}`)

const document = read(documentFile)
const ajv = new Ajv({ strict: false, allErrors: true, schemas: [{ ...document, $id: 'document' }] })
formats(ajv)
const escaped = (part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
const answers = read(answersFile)
for (const { told, path, method, status, kind, body } of answers) {
  const described = document.paths[path]?.[method]?.responses?.[status]?.content?.[kind]
  if (!described) {
    findings.push(`${told}: ${status} with ${kind} is not described`)
    continue
  }
  if (!/json$/.test(kind)) continue
  const place = ['paths', path, method, 'responses', `${status}`, 'content', kind, 'schema'].map(escaped).join('/')
  const fits = ajv.compile({ $ref: `document#/${place}` })
  if (!fits(JSON.parse(body))) findings.push(`${told}: ${ajv.errorsText(fits.errors)}: ${body}`)
}
console.log(findings.length ? findings.join('\n') : `${answers.length} answers fit`)
process.exit(findings.length ? 1 : 0)
