package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.wire.network.GenesisFile;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Genesis files of many shapes: the hash that geth writes for each is the one made here. */
@Tag("interop")
class GenesisInteropTest {
  private static final Pattern HASH = Pattern.compile("\"hash\":\"(0x[0-9a-f]{64})\"");
  private static final int SEEDS = 6;

  /** Each is put into the smallest file in place of what it names. */
  private static final List<String> SHAPES =
      List.of(
          "'alloc': {}",
          "'nonce': 66, 'timestamp': '0x5', 'extraData': '0x1122', 'gasUsed': '7', 'alloc': {}",
          "'GASLIMIT': 0, 'Difficulty': '0X10', 'mixhash': '0x%1$s', 'alloc': {}",
          "'baseFeePerGas': '0x7', 'parentHash': '0x%1$s', 'coinbase': '0x%2$s', 'alloc': {}",
          "'alloc': {'%2$s': {'balance': '0'}}",
          "'alloc': {'0x%2$s': {'Balance': '0x0de0b6b3a7640000', 'NONCE': '0x09'}}",
          "'alloc': {'0X%2$s': {'balance': 10, 'code': '0x6001', 'storage': {'0x01': '0x02'}}}",
          "'alloc': {'%2$s': {'balance': '1', 'storage': {'0x01': '0x00', '': '0x', '05': '06'}}}",
          "'alloc': {'%2$s': {'balance': '1', 'storage': {'0x01': '0x02', '0x0001': '0x03'}}}",
          "'alloc': {'%2$s': {'balance': '1', 'nonce': 1}, '0x%2$s': {'balance': '2'}}",
          "'alloc': {'%2$s': {'balance': '1', 'balance': '5', 'code': '0x01', 'code': null}}",
          "'alloc': {'%2$s': {'balance': '1'}}, 'alloc': {'%3$s': {'balance': '2'}}",
          "'unknown': [{'alloc': 1}], 'alloc': {'%2$s': {'balance': '1', 'secretKey': '0x5'}}",
          "'excessBlobGas': null, 'blobGasUsed': null, 'baseFeePerGas': null, 'alloc': {}");

  @RegisterExtension private final Nodes nodes = new Nodes();

  private static String file(String fields) {
    return ("{'config': {'chainId': 5, 'homesteadBlock': 0}, 'gasLimit': '0x1000',"
            + " 'difficulty': '1', "
            + String.format(fields, "ab".repeat(32), "0aB1".repeat(10), "c2".repeat(20))
            + "}")
        .replace('\'', '"');
  }

  /** Forks as far as one, with accounts of a size that makes every kind of node. */
  private static String random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder alloc = new StringBuilder();
    for (int i = 0; i < 20 + random.nextInt(400); i++) {
      alloc.append(i == 0 ? "" : ",").append(String.format("'%040x': {", random.nextLong()));
      alloc.append(String.format("'balance': '%d'", random.nextInt(1_000)));
      if (i % 3 == 0) {
        alloc.append(", 'code': '0x").append("60".repeat(random.nextInt(50))).append('\'');
      }
      StringBuilder storage = new StringBuilder();
      for (int slot = 0; slot < i % 40; slot++) {
        String comma = slot == 0 ? "" : ",";
        storage.append(
            "%s'0x%02x': '0x%04x'".formatted(comma, random.nextInt(256), random.nextInt(3)));
      }
      alloc.append(", 'storage': {").append(storage).append("}}");
    }
    String blobs = "{'target': 3, 'max': 6, 'baseFeeUpdateFraction': 3338477}";
    String forks =
        "'terminalTotalDifficulty': 0, 'blobSchedule': {'cancun': %1$s, 'prague': %1$s}"
            .formatted(blobs);
    String[] names = {"eip150", "eip155", "eip158", "byzantium", "constantinople", "petersburg"};
    for (String name : names) {
      forks += ", '" + name + "Block': 0";
    }
    forks += ", 'istanbulBlock': 0, 'berlinBlock': 0, 'londonBlock': 0, 'shanghaiTime': 3";
    forks += ", 'cancunTime': 4, 'pragueTime': 5";
    return file("'timestamp': " + seed + ", 'alloc': {" + alloc + "}")
        .replace("\"homesteadBlock\": 0", ("'homesteadBlock': 0, " + forks).replace('\'', '"'));
  }

  private List<String> files() throws IOException {
    List<String> files = new ArrayList<>();
    SHAPES.forEach(shape -> files.add(file(shape)));
    for (int seed = 1; seed <= SEEDS; seed++) {
      files.add(random(seed));
    }
    return files;
  }

  private String hashOfGeth(Path genesis, String name) throws IOException {
    Path log = nodes.log(name);
    Path data = nodes.data(name);
    Geth.run(Toolbox.geth(), data, log, "--log.format", "json", "init", genesis.toString());
    Matcher hash = HASH.matcher(Files.readString(log));
    assertTrue(hash.find(), () -> "no hash in " + log);
    return hash.group(1);
  }

  @Test
  void shouldMakeTheGenesisThatGethMakes() throws Exception {
    List<String> wrong = new ArrayList<>();
    int number = 0;
    for (String json : files()) {
      number++;
      Path file = Files.writeString(nodes.data(number + ".json"), json);
      String theirs = hashOfGeth(file, "geth-" + number);
      String ours = GenesisFile.read(file).block().hash().toString();
      if (!theirs.equals(ours)) {
        wrong.add(
            new JsonObject().put("geth", theirs).put("ours", ours).put("file", json).encode());
      }
    }
    assertEquals(List.of(), wrong);
  }
}
