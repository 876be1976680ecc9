# The console is built with tools that the image does not need.
FROM node:24-slim AS console
WORKDIR /app
COPY . .
RUN npx -y pnpm@12.21.0 install --frozen-lockfile --filter @verdict/console... && cd apps/console && npx vite build

# One image for every role; the role is the command, e.g. `node apps/receiver/src/main.ts`.
FROM node:24-slim
WORKDIR /app
COPY . .
RUN npx -y pnpm@12.21.0 install --frozen-lockfile --prod --no-optional && rm -rf ~/.npm ~/.cache
COPY --from=console /app/apps/console/dist apps/console/dist
USER node
ENV NODE_ENV=production
CMD ["node", "apps/receiver/src/main.ts"]
