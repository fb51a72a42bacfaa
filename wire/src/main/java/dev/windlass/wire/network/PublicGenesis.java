package dev.windlass.wire.network;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpWriter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The genesis blocks of the public networks, so that a store can be created before any node is
 * connected.
 *
 * <p>It lists the differences between them, from geth (params and core/genesis.go, v1.17.8;
 * v1.15.11 for holesky). Of the accounts it has only the state root. No genesis block has
 * transactions.
 */
public final class PublicGenesis {
  private static final long BASE_FEE = 1_000_000_000;

  /** The fields that the rules of the genesis add to the first fifteen. */
  private enum Rules {
    FRONTIER,
    LONDON,
    CANCUN
  }

  private record Fields(
      String stateRoot,
      long difficulty,
      long gasLimit,
      long timestamp,
      String extraData,
      int nonce,
      Rules rules) {}

  private static final Fields MAINNET =
      new Fields(
          "0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544",
          0x4_0000_0000L,
          5_000,
          0,
          "11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa",
          0x42,
          Rules.FRONTIER);

  private static final Fields SEPOLIA =
      new Fields(
          "0x5eb6e371a698b8d68f665192350ffcecbbbf322916f4b51bd79bb6887da3f494",
          131_072,
          30_000_000,
          1_633_267_481,
          "5365706f6c69612c20417468656e732c204174746963612c2047726565636521",
          0,
          Rules.LONDON);

  private static final Fields HOODI =
      new Fields(
          "0xda87d7f5f91c51508791bbcbd4aa5baf04917830b86985eeb9ad3d5bfb657576",
          1,
          36_000_000,
          1_742_212_800,
          "",
          0x1234,
          Rules.CANCUN);

  private static final Fields HOLESKY =
      new Fields(
          "0x69d8c9d72f6fa4ad42d4702b433707212f90db395eb54dc20bc85de253788783",
          1,
          25_000_000,
          1_695_902_100,
          "",
          0x1234,
          Rules.LONDON);

  private static final Map<Hash, Fields> BY_HASH =
      Map.of(
          Network.MAINNET.genesis(),
          MAINNET,
          Network.SEPOLIA.genesis(),
          SEPOLIA,
          Network.HOODI.genesis(),
          HOODI,
          Network.HOLESKY.genesis(),
          HOLESKY);

  private PublicGenesis() {}

  /** The genesis block with this hash, if it is that of a public network. */
  public static Optional<Block> withHash(Hash hash) {
    return Optional.ofNullable(BY_HASH.get(hash)).map(PublicGenesis::block);
  }

  private static Block block(Fields fields) {
    RlpWriter header =
        new RlpWriter()
            .beginList()
            .hash(Hash.ZERO)
            .hash(Keccak.EMPTY_LIST)
            .string(new byte[20])
            .hash(Hash.fromHex(fields.stateRoot))
            .hash(Keccak.EMPTY_TRIE)
            .hash(Keccak.EMPTY_TRIE)
            .string(new byte[256])
            .integer(fields.difficulty)
            .integer(0)
            .integer(fields.gasLimit)
            .integer(0)
            .integer(fields.timestamp)
            .string(HexFormat.of().parseHex(fields.extraData))
            .hash(Hash.ZERO)
            .string(
                new byte[] {0, 0, 0, 0, 0, 0, (byte) (fields.nonce >>> 8), (byte) fields.nonce});
    if (fields.rules != Rules.FRONTIER) {
      header.integer(BASE_FEE);
    }
    RlpWriter body = new RlpWriter().beginList().beginList().endList().beginList().endList();
    if (fields.rules == Rules.CANCUN) {
      header.hash(Keccak.EMPTY_TRIE).integer(0).integer(0).hash(Hash.ZERO);
      body.beginList().endList();
    }
    try {
      BlockHeader decoded = BlockHeader.decode(header.endList().toBytes());
      return Block.of(decoded, body.endList().toBytes());
    } catch (RlpException e) {
      throw new IllegalStateException("a genesis block that does not decode", e);
    }
  }
}
