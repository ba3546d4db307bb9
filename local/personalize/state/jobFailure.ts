/** A job that ended as jobs do on AWS: the message becomes the resource's failureReason. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
}
