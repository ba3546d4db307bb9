/** What somebody is told of the batch. */
export interface Notice {
  readonly event: 'succeeded' | 'held' | 'failed' | 'stale';
  readonly environment: string;
  /** ISO 8601. */
  readonly at: string;
  /** Stable: `done`, or the code of the error. */
  readonly code: string;
  readonly message: string;
  /** What to do; empty after success. */
  readonly remedy: string;
}

/** The body of a notification. No secrets, no personal data: messages of errors have none. */
export function noticeBody(notice: Notice): object {
  return { service: 'recommendations-batch', ...notice };
}

const LONGEST_SUBJECT = 100;

/**
 * The same body as Amazon SNS hands it to an HTTP subscriber: a Notification whose Message is the body as text, for
 * receivers that are made for SNS. Subject: ASCII, at most 100 characters, as SNS has it.
 */
export function snsBody(notice: Notice, messageId: string): object {
  const { event, environment, at, code } = notice;
  return {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: '',
    Subject: `Recommendations ${environment}: ${event}${event === 'succeeded' ? '' : ` (${code})`}`.slice(
      0,
      LONGEST_SUBJECT,
    ),
    Message: JSON.stringify(noticeBody(notice)),
    Timestamp: at,
  };
}
