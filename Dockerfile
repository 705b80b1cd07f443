# One image a service: docker build --build-arg SERVICE=validator -t millrace/validator .
# No build step: Node runs the TypeScript as it is. The workspace is copied with its links, because Node strips no types
# under node_modules. The trainer's image also needs libtensorflow: mount or copy it and set MILLRACE_TENSORFLOW (GPU: MILLRACE_TENSORFLOW_GPU).
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS packages
ARG SERVICE
WORKDIR /app
RUN npm install --global --ignore-scripts --no-audit --no-fund pnpm@10.34.8
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches patches
COPY packages packages
COPY services services
COPY infra/local/package.json infra/local/
COPY infra/k8s/package.json infra/k8s/
COPY infra/observability/package.json infra/observability/
COPY e2e/package.json e2e/
COPY bench/package.json bench/
RUN test -d "services/${SERVICE}" || { echo "SERVICE must be ingestor, validator, augmentor or trainer"; exit 2; }
RUN pnpm install --prod --frozen-lockfile --filter "@millrace/${SERVICE}..." \
 && find services -mindepth 1 -maxdepth 1 ! -name "${SERVICE}" -exec rm -rf {} + \
 && rm -rf packages/cli packages/pipeline \
 && find . -type f \( -name '*.map' -o -name '*.test.ts' \) -delete

FROM ${NODE_IMAGE}
ARG SERVICE
ENV NODE_ENV=production SERVICE=${SERVICE}
WORKDIR /app
COPY --from=packages /app/package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=packages /app/packages packages
COPY --from=packages /app/services services
COPY LICENSE ./
# a new volume on /data takes this folder's owner
RUN install -d -o 65532 -g 65532 /data
USER 65532:65532
EXPOSE 9464
ENTRYPOINT ["sh", "-c", "exec node \"services/$SERVICE/src/main.ts\" \"$@\"", "millrace"]
