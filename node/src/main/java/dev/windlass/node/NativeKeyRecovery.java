package dev.windlass.node;

import dev.windlass.chain.rules.KeyRecovery;
import dev.windlass.store.UnpackedLibrary;
import fr.acinq.secp256k1.Secp256k1CFunctions;
import fr.acinq.secp256k1.Secp256k1Exception;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Recovery by the native library libsecp256k1, which is unpacked into the data path and loaded from
 * there.
 *
 * <p>The library's own loader unpacks into the temporary directory, which containers mount without
 * the right to execute. It is not used, and neither is Kotlin, which it needs. The C functions are
 * called instead. They share one context, which recovery only reads.
 */
public final class NativeKeyRecovery implements KeyRecovery {
  private static final String FOLDER = "native";
  private static final String RESOURCES = "/fr/acinq/secp256k1/jni/native/";

  private static Optional<KeyRecovery> loaded = Optional.empty();

  private final long context;

  private NativeKeyRecovery(long context) {
    this.context = context;
  }

  /**
   * Loads the library, unless this process has it already.
   *
   * @param dataPath has the library in its folder {@code native} afterwards
   * @return empty if there is no library for this system, or the system does not load it
   */
  public static synchronized Optional<KeyRecovery> load(Path dataPath) {
    if (loaded.isEmpty()) {
      loaded = unpack(dataPath).flatMap(NativeKeyRecovery::open);
    }
    return loaded;
  }

  private static Optional<Path> unpack(Path dataPath) {
    String name = System.mapLibraryName("secp256k1-jni");
    Path file = dataPath.resolve(FOLDER).resolve(name).toAbsolutePath();
    String resource = RESOURCES + platform() + "/" + name;
    try (InputStream in = Secp256k1CFunctions.class.getResourceAsStream(resource)) {
      if (in == null) {
        return Optional.empty();
      }
      UnpackedLibrary.unpack(in.readAllBytes(), file);
      return Optional.of(file);
    } catch (IOException e) {
      throw new JobFailedException(
          "cannot unpack secp256k1 into " + file.getParent() + ": " + DataPath.reason(e), e);
    }
  }

  private static Optional<KeyRecovery> open(Path library) {
    try {
      System.load(library.toString());
    } catch (UnsatisfiedLinkError e) {
      // A file system without the right to execute, or a system without glibc.
      return Optional.empty();
    }
    int flags =
        Secp256k1CFunctions.SECP256K1_CONTEXT_VERIFY | Secp256k1CFunctions.SECP256K1_CONTEXT_SIGN;
    return Optional.of(new NativeKeyRecovery(Secp256k1CFunctions.secp256k1_context_create(flags)));
  }

  /** The folder of this system in the jar. That of macOS serves both of its processors. */
  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "x86_64";
          case "arm64", "aarch64" -> "aarch64";
          default -> System.getProperty("os.arch");
        };
    if (system.startsWith("mac")) {
      return "darwin";
    }
    return (system.startsWith("windows") ? "mingw" : "linux") + "-" + processor;
  }

  @Override
  public Optional<byte[]> recover(byte[] hash, byte[] signature, int yParity) {
    try {
      return Optional.ofNullable(
          Secp256k1CFunctions.secp256k1_ecdsa_recover(context, signature, hash, yParity));
    } catch (Secp256k1Exception e) {
      return Optional.empty();
    }
  }
}
