package dev.windlass.wire.network;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.rules.ChainRules;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The content of a genesis file: the network, and its first block.
 *
 * <p>It may have the form of geth or of Besu, which differ in the case of names and in the form of
 * numbers. The header is made as in geth (core/genesis.go, v1.17.8): each fork that is active at
 * the genesis adds its fields. Immutable.
 *
 * @param network its id is the chain id, which is the default of geth and Besu
 */
public record GenesisFile(Network network, Block block) {
  /** Bytes of accounts in memory while they are sorted. It is this, or a quarter of the heap. */
  private static final long STATE_BYTES_MAX = 256L << 20;

  private static final int HEAP_PARTS = 4;

  private static final BigInteger BASE_FEE_DEFAULT = BigInteger.valueOf(1_000_000_000);
  private static final BigInteger GAS_LIMIT_DEFAULT = BigInteger.valueOf(4_712_388);

  /** SHA-256 of no bytes: EIP-7685. */
  private static final Hash NO_REQUESTS =
      Hash.fromHex("0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

  public GenesisFile {
    Objects.requireNonNull(network);
    Objects.requireNonNull(block);
  }

  /**
   * Reads a file, and computes its state root.
   *
   * @throws GenesisFileException if it cannot be read or is not a genesis file, with one line that
   *     names the file
   */
  public static GenesisFile read(Path file) {
    return read(file, (doing, done) -> {});
  }

  /** The same with progress, since a file with many accounts takes long. */
  public static GenesisFile read(Path file, GenesisProgress progress) {
    long heapPart = Runtime.getRuntime().maxMemory() / HEAP_PARTS;
    return read(file, progress, Math.min(STATE_BYTES_MAX, heapPart));
  }

  static GenesisFile read(Path file, GenesisProgress progress, long stateBytesMax) {
    GenesisReader reader = new GenesisReader(file, progress);
    Hash stateRoot = reader.stateRoot(stateBytesMax);
    GenesisObject genesis = reader.plain();
    GenesisObject config = reader.config();
    long id = config.requiredInteger("chainId", Long.SIZE).longValue();
    if (genesis.integer("number", Long.SIZE).orElse(BigInteger.ZERO).signum() != 0) {
      throw genesis.fault("number", "is not 0");
    }
    if (config.isTrue("enableUBTAtGenesis")) {
      throw config.fault("enableUBTAtGenesis", "is true: binary-tree state is not supported");
    }
    long time = genesis.integer("timestamp", Long.SIZE - 1).orElse(BigInteger.ZERO).longValue();
    GenesisForks forks = new GenesisForks(config, time);
    Block block = block(file, header(genesis, forks, stateRoot), forks);
    Hash hash = block.hash();
    String name = "chain " + Long.toUnsignedString(id);
    Optional<ChainRules> rules = new GenesisRules(config, id, time).rules();
    return new GenesisFile(new Network(name, id, hash, forks.schedule(hash), rules), block);
  }

  private static Block block(Path file, byte[] header, GenesisForks forks) {
    RlpWriter body = new RlpWriter().beginList().beginList().endList().beginList().endList();
    if (forks.isShanghai()) {
      body.beginList().endList();
    }
    try {
      return Block.of(BlockHeader.decode(header), body.endList().toBytes());
    } catch (RlpException e) {
      throw new GenesisFileException(file + ": its block is not valid: " + e.reason(), e);
    }
  }

  private static byte[] header(GenesisObject genesis, GenesisForks forks, Hash stateRoot) {
    BigInteger gasLimit = genesis.requiredInteger("gasLimit", Long.SIZE);
    RlpWriter header =
        new RlpWriter()
            .beginList()
            .hash(genesis.hash("parentHash"))
            .hash(Keccak.EMPTY_LIST)
            .string(genesis.bytes("coinbase", 20))
            .hash(stateRoot)
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

  /** The nonce, written as an integer. It has eight bytes in the header. */
  private static byte[] nonce(GenesisObject genesis) {
    long nonce = integer(genesis, "nonce").longValue();
    byte[] bytes = new byte[Long.BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[i] = (byte) (nonce >>> (56 - 8 * i));
    }
    return bytes;
  }
}
