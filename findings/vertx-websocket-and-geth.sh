#!/usr/bin/env bash
# geth refuses the WebSocket client of Vert.x with 403, though that client connects from the same machine.
#
# Versions   io.vertx:vertx-core 5.0.12 (Java, Maven Central); go-ethereum v1.17.8.
# Seen       The client of Vert.x sends an Origin header unless it is told not to, and names the server in it:
#            http://127.0.0.1:PORT. An Origin stands for a page in a browser, so geth looks it up in --ws.origins, which
#            is empty, and answers the upgrade with 403. A client without the header is let in:
#              default: refused
#              without Origin: 0x539
#            geth logs "Rejected WebSocket connection", with the origin. Vert.x fails with "WebSocket upgrade failure:
#            403", or, if the connection closes first, with a message that does not tell why.
# What to    setAllowOriginHeader(false) in WebSocketConnectOptions. --ws.origins would open geth to pages instead.
# do
#
# Installs both in a temporary folder, and removes it. Exits with 1 if any of this has changed.
# Needs go, a JDK from 17 on, and what ./mvnw needs. About three minutes the first time.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(mktemp -d)
geth=
end() {
  [ -z "$geth" ] || kill "$geth" 2>/dev/null || true
  [ -z "$geth" ] || wait "$geth" 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT
cd "$folder"

GOBIN=$folder go install github.com/ethereum/go-ethereum/cmd/geth@v1.17.8
cat >pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.vertx</groupId>
      <artifactId>vertx-core</artifactId>
      <version>5.0.12</version>
    </dependency>
  </dependencies>
</project>
XML
"$root/mvnw" -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
  -DoutputDirectory="$folder/lib"

cat >Client.java <<'JAVA'
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Connects to a port once with the default options, and once without an Origin. */
public class Client {
  public static void main(String[] arguments) throws Exception {
    Vertx vertx = Vertx.vertx();
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(Integer.parseInt(arguments[0]))
            .setURI("/");
    System.out.println("default: " + chainId(vertx, options));
    System.out.println("without Origin: " + chainId(vertx, options.setAllowOriginHeader(false)));
    vertx.close();
  }

  private static String chainId(Vertx vertx, WebSocketConnectOptions options) throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    JsonObject call =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("id", 1)
            .put("method", "eth_chainId")
            .put("params", new JsonArray());
    vertx
        .createWebSocketClient()
        .connect(options)
        .onSuccess(
            socket -> {
              socket.textMessageHandler(text -> seen.complete(new JsonObject(text).getString("result")));
              socket.writeTextMessage(call.encode());
            })
        .onFailure(failure -> seen.complete("refused"));
    return seen.get(20, TimeUnit.SECONDS);
  }
}
JAVA

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
./geth --dev --datadir data --ipcdisable --nodiscover --nat none --port 0 \
  --ws --ws.addr 127.0.0.1 --ws.port "$port" --authrpc.addr 127.0.0.1 --authrpc.port 0 >geth.log 2>&1 &
geth=$!
for _ in $(seq 100); do
  ! grep -q 'WebSocket enabled' geth.log || break
  sleep 0.2
done

java -cp 'lib/*' Client.java "$port" 2>client.log | tee seen.txt
diff - seen.txt <<'SEEN' || { tail -n 20 geth.log client.log >&2; exit 1; }
default: refused
without Origin: 0x539
SEEN
grep 'Rejected WebSocket connection .*origin=http://127.0.0.1:'"$port" geth.log
echo 'as described'
