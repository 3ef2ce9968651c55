/**
 * Adds up the suites' JSON reports and prints the closing line. A suite without
 * a report, one that ran nothing and a skipped test count as failures: silence
 * is not success.
 *
 * Usage: node tests/count.ts FOLDER SUITE…
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Report {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  numFailedTestSuites: number
  testResults: { startTime: number; endTime: number }[]
}

function count(file: string) {
  if (!existsSync(file)) return { passed: 0, failed: 1, seconds: 0, note: 'no report: it ended before its first test' }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const skipped = report.numPendingTests + report.numTodoTests
  // A file that fails before its first test has no failed test, only a failed suite.
  const broken = report.numFailedTests > 0 ? report.numFailedTests : report.numFailedTestSuites
  const nothing = report.numPassedTests + broken === 0 ? 1 : 0
  const starts = report.testResults.map(result => result.startTime)
  const ends = report.testResults.map(result => result.endTime)
  return {
    passed: report.numPassedTests,
    failed: broken + skipped + nothing,
    seconds: starts.length > 0 ? (Math.max(...ends) - Math.min(...starts)) / 1000 : 0,
    note: [skipped > 0 && `${skipped} skipped`, nothing > 0 && 'ran no test'].filter(Boolean).join(', '),
  }
}

const [folder = '.moorage/results', ...suites] = process.argv.slice(2)
let passed = 0
let failed = 0
for (const suite of suites) {
  const result = count(join(folder, `${suite}.json`))
  console.log(
    `${suite.padEnd(8)} ${String(result.passed).padStart(5)} passed ${String(result.failed).padStart(4)} failed ${result.seconds.toFixed(1).padStart(7)} s  ${result.note}`,
  )
  passed += result.passed
  failed += result.failed
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
