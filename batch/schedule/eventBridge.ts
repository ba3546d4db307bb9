import { BatchError, EXIT } from '../errors.ts';

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

/**
 * The same times for EventBridge Scheduler, which starts ECS tasks: six fields, one of the two day fields `?`, days
 * of the week by name since it counts them from 1. Throws BatchError `usage` for both day fields at once: cron
 * takes that as either, EventBridge refuses it.
 */
export function eventBridgeCron(pattern: string): string {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = pattern.trim().split(/\s+/);
  if (day !== '*' && weekday !== '*') {
    throw new BatchError({
      code: 'usage',
      message: `"${pattern}" names days of the month and of the week at once: EventBridge refuses that`,
      remedy: 'name one of them and leave the other *; two schedules do both',
      exitCode: EXIT.usage,
    });
  }
  const days = weekday === '*' ? [from(day, 1), '?'] : ['?', named(weekday)];
  return `cron(${from(minute, 0)} ${from(hour, 0)} ${days[0]} ${from(month, 1)} ${days[1]} *)`;
}

/** EventBridge's steps begin at a number: every sixth hour is 0/6. */
function from(field: string, first: number): string {
  return field.replace(/^\*\//, `${first}/`);
}

function named(weekdays: string): string {
  return weekdays.replace(/\d/g, (digit) => DAYS[Number(digit)] ?? digit).toUpperCase();
}
