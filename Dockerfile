# One image a service: docker build --build-arg SERVICE=validator -t millrace/validator .
# augmentor and trainer compute: add --target tensorflow-cpu, or tensorflow-gpu for a runner with an NVIDIA card (1.3 and 6 GB).
# No build step: Node runs the TypeScript as it is. The workspace is copied with its links, because Node strips no types
# under node_modules. infra/images/verify builds and starts them without a container engine: millrace verify-images.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
RUN npm install --global --ignore-scripts --no-audit --no-fund pnpm@10.34.8
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches patches
COPY packages packages
COPY services services
COPY infra/local/package.json infra/local/
COPY infra/images/package.json infra/images/
COPY infra/k8s/package.json infra/k8s/
COPY infra/observability/package.json infra/observability/
COPY e2e/package.json e2e/
COPY bench/package.json bench/

FROM packages AS workspace
ARG SERVICE
RUN test -d "services/${SERVICE}" || { echo "SERVICE must be ingestor, validator, augmentor or trainer"; exit 2; }
RUN pnpm install --prod --frozen-lockfile --filter "@millrace/${SERVICE}..." \
 && find services -mindepth 1 -maxdepth 1 ! -name "${SERVICE}" -exec rm -rf {} + \
 && rm -rf packages/cli packages/pipeline \
 && find . -type f \( -name '*.map' -o -name '*.test.ts' \) -delete

# TensorFlow's C library and the addon over it, as a local run has them
FROM packages AS tensorflow
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip && rm -rf /var/lib/apt/lists/*
COPY infra/local infra/local
RUN pnpm install --prod --frozen-lockfile --filter @millrace/local-stack
ENV MILLRACE_CACHE=/opt/cache
RUN mv "$(node infra/local/src/fetch-tensorflow.ts cpu)" /opt/tensorflow

FROM tensorflow AS cuda
COPY infra/images/cuda-libraries.txt ./
RUN pip install --no-deps --no-cache-dir --require-hashes --target /opt/cuda --requirement cuda-libraries.txt
RUN mv "$(node infra/local/src/fetch-tensorflow.ts gpu)" /opt/tensorflow-gpu

FROM ${NODE_IMAGE} AS service
ARG SERVICE
ENV NODE_ENV=production SERVICE=${SERVICE}
WORKDIR /app
COPY --from=workspace /app/package.json ./
COPY --from=workspace /app/node_modules node_modules
COPY --from=workspace /app/packages packages
COPY --from=workspace /app/services services
COPY LICENSE ./
# a new volume on /data takes this folder's owner
RUN install -d -o 65532 -g 65532 /data
USER 65532:65532
EXPOSE 9464
ENTRYPOINT ["sh", "-c", "exec node \"services/$SERVICE/src/main.ts\" \"$@\"", "millrace"]

FROM service AS tensorflow-cpu
COPY --from=tensorflow /opt/tensorflow /opt/tensorflow
ENV MILLRACE_TENSORFLOW=/opt/tensorflow

FROM tensorflow-cpu AS tensorflow-gpu
COPY --from=cuda /opt/tensorflow-gpu /opt/tensorflow-gpu
COPY --from=cuda /opt/cuda/nvidia /opt/nvidia
ENV MILLRACE_TENSORFLOW_GPU=/opt/tensorflow-gpu NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    LD_LIBRARY_PATH=/opt/nvidia/cublas/lib:/opt/nvidia/cuda_cupti/lib:/opt/nvidia/cuda_nvrtc/lib:/opt/nvidia/cuda_runtime/lib:/opt/nvidia/cudnn/lib:/opt/nvidia/cufft/lib:/opt/nvidia/curand/lib:/opt/nvidia/cusolver/lib:/opt/nvidia/cusparse/lib:/opt/nvidia/nccl/lib:/opt/nvidia/nvjitlink/lib

FROM service
