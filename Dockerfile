# One image for every role. The first argument says which: receiver, worker, api, migrate, or any command of `verdict`.
FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app
RUN npm install --global pnpm@12.21.0 && npm cache clean --force

# The console is built with tools that the image does not need.
FROM base AS console
COPY . .
RUN pnpm install --frozen-lockfile --filter "@verdict/console..."
RUN cd apps/console && node_modules/.bin/vite build

# What the roles need, and nothing of tests, the simulator or the embedded Postgres.
FROM base AS server
COPY . .
RUN pnpm install --frozen-lockfile --prod --no-optional --filter "@verdict/receiver..." --filter "@verdict/worker..." --filter "@verdict/api..." --filter "@verdict/cli..."
RUN rm -rf packages/client packages/testkit

FROM node:24.21.0-bookworm-slim
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Verdict" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
ENV NODE_ENV=production
WORKDIR /app
COPY LICENSE package.json ./
COPY migrations migrations
COPY docs/runbook.md docs/runbook.md
COPY deploy/docker deploy/docker
COPY --from=server /app/node_modules node_modules
COPY --from=server /app/packages packages
COPY --from=server /app/apps/receiver apps/receiver
COPY --from=server /app/apps/worker apps/worker
COPY --from=server /app/apps/api apps/api
COPY --from=server /app/apps/cli apps/cli
COPY --from=console /app/apps/console/dist apps/console/dist

# By number, so that a cluster can see that it is not root. No role writes to the image; /tmp is a volume where the rest is read-only.
USER 1000:1000
EXPOSE 8080 8081
# Which page tells how a container is depends on its role: compose and the chart ask for the right one.
HEALTHCHECK NONE
ENTRYPOINT ["node", "--min-semi-space-size=16", "--no-memory-reducer", "/app/deploy/docker/entrypoint.mjs"]
