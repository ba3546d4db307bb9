/**
 * Prints `N passed, N failed[, N skipped]` from vitest's JSON report, as the last line of .ci/run,
 * and ends with 1 unless everything passed. A test file that could not be run counts as one failure,
 * and so does an error of the runner that no test shows.
 *
 * node local/bootstrap/testTotals.mjs REPORT EXIT_CODE_OF_VITEST FAILURES_BEFORE
 */
import { readFileSync } from 'node:fs';

const [file = '', exitCode = '1', before = '0'] = process.argv.slice(2);
const report = readReport();
const unusable = (report.testResults ?? []).filter(
  (result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
).length;
const passed = report.numPassedTests ?? 0;
const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
const failedTests = (report.numFailedTests ?? 0) + unusable;
const untold = failedTests === 0 && exitCode !== '0' ? 1 : 0;
const failed = failedTests + untold + Number(before);

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function readReport() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
