package dev.windlass.wire.devp2p.genesis;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.RlpException;
import dev.windlass.chain.RlpWriter;
import dev.windlass.wire.devp2p.eth.Network;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a genesis file says: the network, and the block it begins with.
 *
 * <p>Geth's and Besu's form, which differ in the case of names and in how numbers are written. The
 * header is made as geth makes it (core/genesis.go, v1.17.8): each fork that is active at the
 * genesis adds its fields. Immutable.
 *
 * @param network its id is the chain id, as it is with geth and Besu unless they are told otherwise
 */
public record GenesisFile(Network network, Block block) {
  /** The largest known, mainnet's, has 700 KB. */
  private static final long BYTES_MAX = 256L << 20;

  private static final BigInteger BASE_FEE_DEFAULT = BigInteger.valueOf(1_000_000_000);
  private static final BigInteger GAS_LIMIT_DEFAULT = BigInteger.valueOf(4_712_388);

  /** SHA-256 of nothing: EIP-7685. */
  private static final Hash NO_REQUESTS =
      Hash.fromHex("0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  private static final Pattern JSON_PLACE = Pattern.compile("line: (\\d+), column: (\\d+)");

  public GenesisFile {
    Objects.requireNonNull(network);
    Objects.requireNonNull(block);
  }

  /**
   * Reads a file and computes its state root.
   *
   * @throws GenesisFileException where it cannot be read or is no genesis file; its message is one
   *     line that names the file
   */
  public static GenesisFile read(Path file) {
    GenesisObject genesis = new GenesisObject(file + ": ", parsed(file));
    GenesisObject config = genesis.requiredObject("config");
    long id = config.requiredInteger("chainId", Long.SIZE).longValue();
    if (genesis.integer("number", Long.SIZE).orElse(BigInteger.ZERO).signum() != 0) {
      throw genesis.fault("number", "is not 0");
    }
    long time = genesis.integer("timestamp", Long.SIZE - 1).orElse(BigInteger.ZERO).longValue();
    GenesisForks forks = new GenesisForks(config, time);
    Block block = block(file, genesis, forks);
    Hash hash = block.hash();
    String name = "chain " + Long.toUnsignedString(id);
    return new GenesisFile(new Network(name, id, hash, forks.schedule(hash)), block);
  }

  private static JsonObject parsed(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new GenesisFileException(file + ": larger than " + (BYTES_MAX >> 20) + " MiB");
      }
      return new JsonObject(Buffer.buffer(Files.readAllBytes(file)));
    } catch (DecodeException e) {
      Matcher place = JSON_PLACE.matcher(String.valueOf(e.getMessage()));
      String where =
          place.find() ? " at line " + place.group(1) + ", column " + place.group(2) : "";
      throw new GenesisFileException(file + ": no JSON object" + where, e);
    } catch (ClassCastException e) {
      throw new GenesisFileException(file + ": no JSON object", e);
    } catch (NoSuchFileException e) {
      throw new GenesisFileException(file + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new GenesisFileException(file + ": permission denied", e);
    } catch (IOException e) {
      throw new GenesisFileException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static Block block(Path file, GenesisObject genesis, GenesisForks forks) {
    RlpWriter body = new RlpWriter().beginList().beginList().endList().beginList().endList();
    if (forks.isShanghai()) {
      body.beginList().endList();
    }
    try {
      return Block.of(BlockHeader.decode(header(genesis, forks)), body.endList().toBytes());
    } catch (RlpException e) {
      throw new GenesisFileException(file + ": no block comes of it: " + e.reason(), e);
    }
  }

  private static byte[] header(GenesisObject genesis, GenesisForks forks) {
    BigInteger gasLimit = genesis.requiredInteger("gasLimit", Long.SIZE);
    RlpWriter header =
        new RlpWriter()
            .beginList()
            .hash(genesis.hash("parentHash"))
            .hash(Keccak.EMPTY_LIST)
            .string(genesis.bytes("coinbase", 20))
            .hash(GenesisState.root(genesis.requiredObject("alloc")))
            .hash(Keccak.EMPTY_TRIE)
            .hash(Keccak.EMPTY_TRIE)
            .string(new byte[256])
            .integer(genesis.requiredInteger("difficulty", 256))
            .integer(0)
            .integer(gasLimit.signum() == 0 ? GAS_LIMIT_DEFAULT : gasLimit)
            .integer(integer(genesis, "gasUsed"))
            .integer(integer(genesis, "timestamp"))
            .string(genesis.bytes("extraData").orElseGet(() -> new byte[0]))
            .hash(genesis.hash("mixHash"))
            .string(nonce(genesis));
    return withForks(header, genesis, forks).endList().toBytes();
  }

  private static RlpWriter withForks(RlpWriter header, GenesisObject genesis, GenesisForks forks) {
    Optional<BigInteger> baseFee = genesis.integer("baseFeePerGas", 256);
    if (forks.isLondon() || baseFee.isPresent()) {
      header.integer(baseFee.orElse(BASE_FEE_DEFAULT));
    }
    if (forks.isShanghai()) {
      header.hash(Keccak.EMPTY_TRIE);
    }
    if (forks.isCancun()) {
      header.integer(integer(genesis, "blobGasUsed")).integer(integer(genesis, "excessBlobGas"));
      header.hash(genesis.hash("parentBeaconBlockRoot"));
    }
    if (forks.isPrague()) {
      header.hash(NO_REQUESTS);
    }
    if (forks.isAmsterdam()) {
      header.hash(Keccak.EMPTY_LIST).integer(integer(genesis, "slotNumber"));
    }
    return header;
  }

  private static BigInteger integer(GenesisObject genesis, String name) {
    return genesis.integer(name, Long.SIZE).orElse(BigInteger.ZERO);
  }

  /** Written as an integer, it has eight bytes in the header. */
  private static byte[] nonce(GenesisObject genesis) {
    long nonce = integer(genesis, "nonce").longValue();
    byte[] bytes = new byte[Long.BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[i] = (byte) (nonce >>> (56 - 8 * i));
    }
    return bytes;
  }
}
