/**
 * Where the AWS console shows a resource of Personalize: its dataset group's page, a solution's own for a
 * version. Null for what is not Amazon's (the embedded engine has no console).
 * The console writes `$` for `/` within an ARN in its addresses.
 */
export function consoleLink(arn: string, datasetGroup: string): string | null {
  const parts = /^(arn:aws[\w-]*:personalize:([\w-]+):(\d{12})):([\w-]+)\/(.+)$/.exec(arn);
  if (parts === null) return null;
  const [, head = '', region = '', account = '', kind = '', name = ''] = parts;
  if (/^0+$/.test(account)) return null;
  const group = `${head}:dataset-group$${datasetGroup}`;
  const page =
    kind === 'solution'
      ? `solutionsAndRecipes/solutionDetail/${head}:solution$${name.split('/')[0]}`
      : 'setup';
  return `https://${region}.console.aws.amazon.com/personalize/home?region=${region}#${group}/${page}`;
}
