# The batch:  docker build -t shop-batch .   then: docker run --env-file batch.env shop-batch [COMMAND]
# The base is pinned by version; the packages by package-lock.json.
FROM node:22.23.3-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Production packages only, no install scripts; the image has a Node of its own, so the packaged one goes.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:22.23.3-bookworm-slim
ENV NODE_ENV=production LOG_FORMAT=json
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY shared ./shared
COPY migrations ./migrations
COPY batch ./batch
# Nothing is written below /app: the root file system may be read-only, with /tmp writable.
USER node
HEALTHCHECK --interval=10m --timeout=60s --start-period=5m --retries=3 \
  CMD ["node", "--import", "tsx", "batch/main.ts", "status", "--check"]
ENTRYPOINT ["node", "--import", "tsx", "batch/main.ts"]
CMD ["run"]
