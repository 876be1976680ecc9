# One image for every role; the role is the command, e.g. `node apps/receiver/src/main.ts`.
FROM node:24-slim
WORKDIR /app
COPY . .
RUN npx -y pnpm@12.21.0 install --frozen-lockfile --prod --no-optional && rm -rf ~/.npm ~/.cache
USER node
ENV NODE_ENV=production
CMD ["node", "apps/receiver/src/main.ts"]
