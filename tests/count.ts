/**
 * Names what failed in the suites' JSON reports, adds them up and prints the
 * closing line. A suite without a report, one that ran nothing, an error outside
 * of the tests and a skipped test count as failures: silence is not success.
 *
 * Usage: node tests/count.ts FOLDER SUITE…
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

interface Report {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  numFailedTestSuites: number
  success: boolean
  testResults: {
    name: string
    message: string
    startTime: number
    endTime: number
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[]
  }[]
}

/** Lines of a failure's message that are shown; the rest is where its suite ran, further up. */
const MESSAGE_LINES = 12

function failures(report: Report): string[] {
  return report.testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative(process.cwd(), name)
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length === 0) return message ? [`${file}\n${indented(message)}`] : []
    return failed.map(
      ({ fullName, failureMessages }) => `${file} > ${fullName}\n${indented(failureMessages.join('\n'))}`,
    )
  })
}

const indented = (text: string) =>
  text
    .split('\n')
    .slice(0, MESSAGE_LINES)
    .map(line => `    ${line}`)
    .join('\n')

function count(file: string) {
  if (!existsSync(file))
    return { passed: 0, failed: 1, seconds: 0, failures: [], note: 'no report: it ended before its first test' }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const skipped = report.numPendingTests + report.numTodoTests
  // A file that fails before its first test has no failed test, only a failed suite.
  const broken = report.numFailedTests > 0 ? report.numFailedTests : report.numFailedTestSuites
  const outside = broken === 0 && !report.success ? 1 : 0
  const nothing = report.numPassedTests + broken === 0 ? 1 : 0
  const starts = report.testResults.map(result => result.startTime)
  const ends = report.testResults.map(result => result.endTime)
  return {
    passed: report.numPassedTests,
    failed: broken + skipped + nothing + outside,
    failures: failures(report),
    seconds: starts.length > 0 ? (Math.max(...ends) - Math.min(...starts)) / 1000 : 0,
    note: [
      skipped > 0 && `${skipped} skipped`,
      nothing > 0 && 'ran no test',
      outside > 0 && 'an error outside its tests',
    ]
      .filter(Boolean)
      .join(', '),
  }
}

const [folder = '.moorage/results', ...suites] = process.argv.slice(2)
let passed = 0
let failed = 0
const results = suites.map(suite => ({ suite, ...count(join(folder, `${suite}.json`)) }))
for (const { suite, failures } of results) for (const failure of failures) console.log(`FAILED ${suite} ${failure}\n`)
for (const { suite, ...result } of results) {
  console.log(
    `${suite.padEnd(8)} ${String(result.passed).padStart(5)} passed ${String(result.failed).padStart(4)} failed ${result.seconds.toFixed(1).padStart(7)} s  ${result.note}`,
  )
  passed += result.passed
  failed += result.failed
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
