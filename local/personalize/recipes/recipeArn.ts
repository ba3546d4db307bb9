/** Service recipes belong to no region or account. */
export const recipeArn = (name: string) => `arn:aws:personalize:::recipe/${name}`;
