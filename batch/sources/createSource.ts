import { createFilesSource } from './files.ts';
import { createPostgresSource } from './postgres.ts';
import { createRestSource } from './rest.ts';
import { createShopifySource } from './shopify.ts';
import type { Source, SourceContext } from './source.ts';
import type { ConfiguredSource } from './sourcesFile.ts';

/** The source that the settings describe. */
export function createSource({ name, settings }: ConfiguredSource, context: SourceContext): Source {
  switch (settings.type) {
    case 'files':
      return createFilesSource(name, settings, context);
    case 'rest':
      return createRestSource(name, settings, context);
    case 'shopify':
      return createShopifySource(name, settings, context);
    case 'postgres':
      return createPostgresSource(name, settings, context);
  }
}
