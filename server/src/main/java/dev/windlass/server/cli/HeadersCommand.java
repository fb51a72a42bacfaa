package dev.windlass.server.cli;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderCatchUp;
import dev.windlass.chain.exchange.LocateHeaders;
import dev.windlass.chain.exchange.LocateHeaders.Entry;
import dev.windlass.chain.exchange.LocatedHeaders;
import dev.windlass.node.JobFailedException;
import dev.windlass.node.Node;
import dev.windlass.server.http.HeaderClient;
import dev.windlass.wire.files.HeaderFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code windlass headers}: brings a file of headers up to the tip of a running node. */
@Command(
    name = "headers",
    description = {
      "Brings a file of headers up to the tip of a running node.",
      "",
      "The file has the RLP of linked headers, oldest first. Each new header is proven to link"
          + " to the one below it. If the node has reorganised its chain, the headers of the old"
          + " branch are replaced. If the node sends anything wrong, the file stays as it is, or as"
          + " far as it was proven."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class HeadersCommand implements Callable<Integer> {
  private static final String ROOT = "--root-hash";

  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Option(
      names = "--headers-file",
      paramLabel = "FILE",
      required = true,
      converter = OptionConverters.NewFilePath.class,
      description = "The file of headers. It is made if it does not exist.")
  private Path file;

  @Option(
      names = ROOT,
      paramLabel = "HASH",
      converter = OptionConverters.BlockHash.class,
      description =
          "The hash of the first header. It is trusted. A file that does not exist yet needs it.")
  private Hash root;

  @Mixin private final RunningNodeOptions node = new RunningNodeOptions();

  @Override
  public Integer call() {
    if (root == null && !Files.exists(file)) {
      throw new ParameterException(
          spec.commandLine(),
          ROOT + " is missing: " + file + " does not exist, and needs a first header");
    }
    Vertx vertx = Node.makeVertx();
    try {
      HeaderClient client = new HeaderClient(vertx, node.host(), node.port());
      HeaderFile headers = Files.exists(file) ? opened() : made(client);
      HeaderCatchUp done = await(client.catchUp(headers));
      spec.commandLine()
          .getOut()
          .println(
              "updated headers="
                  + done.added()
                  + " number="
                  + headers.tip().number()
                  + " tip="
                  + headers.tip().hash()
                  + " questions="
                  + done.questions());
      return 0;
    } finally {
      await(Node.close(vertx));
    }
  }

  private HeaderFile opened() {
    HeaderFile headers = HeaderFile.open(file);
    if (root != null && !headers.lowest().hash().equals(root)) {
      throw new JobFailedException(
          file + ": begins with block " + headers.lowest() + ", not with " + root);
    }
    return headers;
  }

  private HeaderFile made(HeaderClient client) {
    LocatedHeaders answer =
        await(client.ask(new LocateHeaders(List.of(), Optional.of(Entry.of(root)))));
    BlockHeader first =
        answer.headers().stream()
            .filter(header -> header.hash().equals(root))
            .findFirst()
            .orElseThrow(() -> new JobFailedException("the node does not have block " + root));
    return HeaderFile.create(file, first);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
