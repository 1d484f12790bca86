# formcheck with its pose models inside: an analysis needs no network.
#
#   docker build -t formcheck .                                 # with --build-arg MODELS=full: no other model
#   docker run --rm -v "$PWD:/clips" --user "$(id -u):$(id -g)" formcheck analyze run.mp4 -o out
#
#   docker run --rm -v formcheck-data:/data formcheck keys create "Coach Ada"
#   docker run -d --init -p 8000:8000 -v formcheck-data:/data formcheck serve
#
# The image contains PyAV's wheel, which is a GPL binary: read NOTICE before passing the image on.

FROM python:3.12-slim-bookworm AS base
# What MediaPipe (EGL, GLES) and the OpenCV build it brings (GL, glib, xcb) link to; nothing is ever shown.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libegl1 libgles2 libgl1 libglib2.0-0 libxcb1 \
    && rm -rf /var/lib/apt/lists/*
# The pose model's home, the same for whoever runs the image.
ENV XDG_CACHE_HOME=/var/cache/formcheck-home \
    PATH=/opt/formcheck/bin:$PATH \
    PYTHONUNBUFFERED=1


FROM base AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /source
RUN python -m venv /opt/formcheck && python -m venv /opt/build
COPY requirements/ requirements/
RUN /opt/formcheck/bin/pip install --require-hashes -r requirements/api.txt \
    && /opt/build/bin/pip install --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE NOTICE CHANGELOG.md ./
COPY src/ src/
COPY api/ api/
# The version; without .git in the build, a release has to say it: --build-arg VERSION=0.2.0
ARG VERSION=
RUN SETUPTOOLS_SCM_PRETEND_VERSION="$VERSION" /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
    && /opt/formcheck/bin/pip install --no-deps /dist/*.whl
# Fixed here: a container cannot fetch another later, and the service offers only these. Keep full: the page uses it.
ARG MODELS="lite full heavy"
RUN for model in $MODELS; do formcheck models pull "$model" || exit 1; done && chmod -R a+rX "$XDG_CACHE_HOME"


FROM base AS runtime
RUN useradd --create-home --uid 1000 runner \
    && install -d -o runner -g runner -m 0700 /data \
    && install -d -m 1777 /var/cache/matplotlib  # MediaPipe imports matplotlib, which wants to write; any --user may
# The service listens to the container's network (and asks for keys there) and keeps all it has in one volume.
ENV MPLCONFIGDIR=/var/cache/matplotlib \
    FORMCHECK_HOST=0.0.0.0 \
    FORMCHECK_DATA_DIR=/data
COPY --from=builder /opt/formcheck /opt/formcheck
COPY --from=builder /var/cache/formcheck-home /var/cache/formcheck-home
USER runner
VOLUME /data
EXPOSE 8000
# Of the service; a container that runs another command ends before it matters.
HEALTHCHECK --start-period=30s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz')"]
WORKDIR /clips
ENTRYPOINT ["formcheck"]
CMD ["--help"]
