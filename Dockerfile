# Builds Windlass from a clean checkout and runs `windlass run` as a user without rights.
#   docker build -t windlass .
#   docker run --read-only -v windlass:/data -p 127.0.0.1:8645:8645 windlass

ARG BUILD_IMAGE=maven:3.9.9-eclipse-temurin-17
# glibc, not musl: LevelDB's native library is linked against it.
ARG RUN_IMAGE=eclipse-temurin:25-jre-noble

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY mvnw pom.xml ./
COPY .mvn .mvn
COPY chain/pom.xml chain/
COPY vector/pom.xml vector/
COPY queue/pom.xml queue/
COPY peerset/pom.xml peerset/
COPY downloader/pom.xml downloader/
COPY wire/pom.xml wire/
COPY store/pom.xml store/
COPY p2p/pom.xml p2p/
COPY node/pom.xml node/
COPY sim/pom.xml sim/
COPY bench/pom.xml bench/
COPY server/pom.xml server/
# What is downloaded stays until a pom.xml changes. Building one empty interface fetches all that the
# real build needs, the compiler's plugins too, which dependency:go-offline leaves out.
RUN mkdir -p chain/src/main/java/fetch && \
    echo 'package fetch; interface Fetch {}' >chain/src/main/java/fetch/Fetch.java && \
    ./mvnw -B -ntp -DskipTests package && \
    rm -r chain/src */target
COPY . .
# Offline: a download that the layer before lacks fails here, and is not repeated with each build.
RUN ./mvnw -B -ntp -q -o -DskipTests package

FROM ${RUN_IMAGE}
ARG NETWORK=mainnet
LABEL org.opencontainers.image.title="windlass" \
      org.opencontainers.image.description="Syncs in an Ethereum chain, link by link, from one trusted head hash." \
      metrics.scrape="true" \
      metrics.path="/metrics" \
      metrics.port="9645" \
      metrics.instance="windlass" \
      metrics.network="${NETWORK}" \
      logs.collect="true"
COPY --from=build /src/server/target/windlass.jar /opt/windlass/windlass.jar
COPY docker/healthcheck /opt/windlass/healthcheck
COPY docker/windlass /usr/local/bin/windlass
# Writable for whatever user the container is told to run as.
RUN mkdir /data && chown 1000:1000 /data && chmod 0777 /data
VOLUME /data
WORKDIR /data
USER 1000:1000
# Inside a container only its published ports can be reached, so it listens on all addresses.
# Without LANG Java opens no file whose name is not ASCII.
ENV HOME=/data \
    LANG=C.UTF-8 \
    WINDLASS_DATA_PATH=/data \
    WINDLASS_RPC_HTTP_HOST=0.0.0.0 \
    WINDLASS_METRICS_HOST=0.0.0.0 \
    WINDLASS_P2P_HOST=0.0.0.0 \
    WINDLASS_HOST_ALLOWLIST=localhost,windlass
EXPOSE 8645 9645 30313
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["/opt/windlass/healthcheck"]
ENTRYPOINT ["windlass"]
CMD ["run"]
