package dev.windlass.wire.network;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.windlass.chain.Hash;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reads a genesis file from start to end. If its accounts do not fit into memory, it reads the file
 * several times.
 */
final class GenesisReader {
  /** Does not cache names, since each address is a different one. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private final Path file;
  private final GenesisProgress progress;
  private GenesisPass last;
  private int passes;

  GenesisReader(Path file, GenesisProgress progress) {
    this.file = file;
    this.progress = progress;
  }

  /**
   * Reads the file. Its values beside the accounts are then known.
   *
   * @param bytesMax bytes of accounts in memory while they are sorted
   */
  Hash stateRoot(long bytesMax) {
    GenesisState state = new GenesisState();
    SortedPasses.sort(this::pass, bytesMax, entry -> hash(state, entry));
    return state.root();
  }

  private void hash(GenesisState state, byte[] entry) {
    double before = state.done();
    state.add(entry);
    if (state.done() > before) {
      progress.at("Hashing the accounts of the genesis", state.done());
    }
  }

  GenesisObject plain() {
    return last.plain();
  }

  GenesisObject config() {
    return last.config();
  }

  private void pass(Consumer<byte[]> entries) {
    if (passes++ > 0 && !Files.isRegularFile(file)) {
      throw new GenesisFileException(file + ": cannot be read twice, which so many accounts need");
    }
    try (InputStream in = new Told(file);
        JsonParser json = JSON.createParser(in)) {
      GenesisPass pass = new GenesisPass(file, json, entries);
      if (!pass.read()) {
        throw new GenesisFileException(file + ": no JSON object");
      }
      if (last != null && last.entryCount() != pass.entryCount()) {
        throw new GenesisFileException(file + ": has changed while it was read");
      }
      last = pass;
    } catch (StreamConstraintsException e) {
      throw new GenesisFileException(
          file + ": a value is too long, or lies too deep" + place(e), e);
    } catch (JsonProcessingException e) {
      throw new GenesisFileException(file + ": no JSON object" + place(e), e);
    } catch (NoSuchFileException e) {
      throw new GenesisFileException(file + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new GenesisFileException(file + ": permission denied", e);
    } catch (IOException e) {
      throw new GenesisFileException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static String place(JsonProcessingException problem) {
    JsonLocation at = problem.getLocation();
    return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  /** The bytes of the file. Reports how many of them were read. */
  private final class Told extends FilterInputStream {
    private final long size;
    private long read;

    Told(Path file) throws IOException {
      super(Files.newInputStream(file));
      size = Math.max(1, Files.size(file));
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      read += Math.max(0, count);
      progress.at("Reading the genesis file", Math.min(1.0, (double) read / size));
      return count;
    }
  }
}
