# docker build --build-arg TORCH_INDEX=… -t ibid .
# docker run --rm -p 8000:8000 ibid
#
# Everything is inside: the model comes with the dependencies, the corpus is indexed while the image is built.
# It runs with no network at all (docker run --network none); mount a volume on /data to keep what is ingested.

# The dependencies, which change least, and nothing of Ibid itself.
FROM python:3.11-slim AS dependencies
WORKDIR /build
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH" PIP_DISABLE_PIP_VERSION_CHECK=1
COPY constraints.txt ./
# torch first and alone: its index need not carry the other dependencies in the versions of constraints.txt,
# and without them a build for GPUs is found out before gigabytes of GPU libraries are fetched.
ARG TORCH_INDEX=""
RUN pip install --no-cache-dir --no-deps -c constraints.txt ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch \
    && python -c "import runpy, sys, sysconfig; \
        cuda = runpy.run_path(sysconfig.get_path('platlib') + '/torch/version.py')['cuda']; \
        sys.exit(cuda and 'This torch is built for CUDA ' + cuda + ': pass --build-arg TORCH_INDEX= with the \
CPU wheel index that the install page of PyTorch prints.')"
COPY pyproject.toml ./
RUN python -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
        print(*project['dependencies'], sep='\n')" > requirements.txt \
    && pip install --no-cache-dir -c constraints.txt -r requirements.txt

# Ibid's wheel.
FROM python:3.11-slim AS wheel
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
COPY pyproject.toml README.md LICENSE ./
COPY ingest ingest/
COPY index index/
COPY service service/
COPY eval eval/
RUN pip wheel --no-cache-dir --no-deps --wheel-dir dist .

FROM python:3.11-slim
RUN useradd --no-log-init --create-home --uid 10001 ibid \
    && install --directory --owner ibid --group ibid /data
WORKDIR /app
COPY --from=dependencies /opt/venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH" PIP_DISABLE_PIP_VERSION_CHECK=1
COPY constraints.txt ./
COPY --from=wheel /build/dist dist/
# Without an index, so that this stops if the dependencies are not all there.
RUN pip install --no-cache-dir --no-index -c constraints.txt dist/*.whl
COPY corpus corpus/
ENV HF_HUB_OFFLINE=1 \
    IBID_CORPUS_DIR=/app/corpus \
    IBID_DATA_DIR=/data \
    IBID_HOST=0.0.0.0 \
    IBID_PORT=8000
USER ibid
RUN ibid ingest corpus
EXPOSE 8000
# No proxy: a container is often given one, and the way to itself does not lead through it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; \
        u.build_opener(u.ProxyHandler({})).open(f'http://127.0.0.1:{os.environ[\"IBID_PORT\"]}/readyz', timeout=4)"]
CMD ["ibid", "serve"]
