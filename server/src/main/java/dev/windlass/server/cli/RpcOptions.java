package dev.windlass.server.cli;

import dev.windlass.node.PeerSource;
import dev.windlass.wire.jsonrpc.RpcUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The options for all JSON-RPC nodes, peers and sources of heads. */
final class RpcOptions {
  private static final String TOKEN = "--rpc-token";
  private static final String TOKEN_FILE = "--rpc-token-file";

  @Option(
      names = "--rpc-rate-max",
      paramLabel = "CALLS",
      converter = OptionConverters.CallRate.class,
      description =
          "The most calls that each JSON-RPC node is sent within a second. Each call of a batch"
              + " counts, as hosted nodes bill it (default: no limit but those of the node).")
  private Integer rateMax;

  @Option(
      names = TOKEN,
      paramLabel = "HOST:PORT=TOKEN",
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.AddressedToken.class,
      description =
          "The tokens that JSON-RPC nodes require, sent as Authorization: Bearer TOKEN to that"
              + " address only. Other users of the machine can read a command line, so give it as"
              + " WINDLASS_RPC_TOKEN, in the file of --config-file, or with --rpc-token-file.")
  private List<Addressed<String>> tokens = new ArrayList<>();

  @Option(
      names = TOKEN_FILE,
      paramLabel = "HOST:PORT=FILE",
      split = Elements.SEPARATOR,
      splitSynopsisLabel = ",",
      converter = OptionConverters.AddressedFile.class,
      description = "Files that hold such a token and nothing else. They are read at the start.")
  private List<Addressed<Path>> tokenFiles = new ArrayList<>();

  /**
   * A value for the nodes at one address.
   *
   * @param address a host, or a host and a port
   */
  record Addressed<T>(String address, T value) {
    @Override
    public String toString() {
      return address + "=" + value;
    }
  }

  OptionalInt rateMax() {
    return rateMax == null ? OptionalInt.empty() : OptionalInt.of(rateMax);
  }

  /** Gives addresses their tokens. */
  final class Tokens {
    private final CommandSpec spec;
    private final Map<String, Addressed<String>> byAddress = new TreeMap<>();
    private final Set<String> used = new HashSet<>();

    private Tokens(CommandSpec spec) {
      this.spec = spec;
      tokens.forEach(token -> add(TOKEN, token.address, token.value));
      tokenFiles.forEach(file -> add(TOKEN_FILE, file.address, read(file.value)));
    }

    private void add(String option, String address, String token) {
      if (byAddress.put(address, new Addressed<>(option, token)) != null) {
        throw problem(option, "two tokens for " + address);
      }
    }

    private ParameterException problem(String option, String what) {
      return new ParameterException(spec.commandLine(), option + ": " + what);
    }

    private String read(Path file) {
      try {
        String token = new OptionConverters.Token().convert(Files.readString(file));
        if (token.isEmpty()) {
          throw problem(TOKEN_FILE, file + " is empty");
        }
        return token;
      } catch (IOException | TypeConversionException e) {
        String why = e instanceof IOException ? "cannot be read as text" : e.getMessage();
        throw problem(TOKEN_FILE, file + ": " + why);
      }
    }

    /** The same address, with its token if there is one. */
    RpcUrl with(RpcUrl url) {
      RpcUrl with = url;
      for (Map.Entry<String, Addressed<String>> token : byAddress.entrySet()) {
        if (!url.isAt(token.getKey())) {
          continue;
        }
        used.add(token.getKey());
        String option = token.getValue().address();
        if (with.isAuthorized()) {
          throw problem(option, url + " has another token, or a user before its host, already");
        }
        with = with.withBearer(token.getValue().value());
      }
      return with;
    }

    PeerSource with(PeerSource peer) {
      return peer instanceof PeerSource.RpcPeer rpc
          ? new PeerSource.RpcPeer(with(rpc.url()))
          : peer;
    }

    /** Refuses tokens for addresses that no node has, which may be misspelt. */
    void requireAllUsed() {
      byAddress.forEach(
          (address, token) -> {
            if (!used.contains(address)) {
              throw problem(
                  token.address(), "no node of --peers and --head-source is at " + address);
            }
          });
    }
  }

  /** Reads the files. */
  Tokens tokens(CommandSpec spec) {
    return new Tokens(spec);
  }
}
