package dev.windlass.wire.files;

import java.util.Objects;
import java.util.Optional;

/**
 * An era file as its folder lists it.
 *
 * @param sha256 what its folder claims of its bytes, in small hexadecimal digits. Empty if it
 *     claims nothing
 */
public record EraFile(EraName name, Optional<String> sha256) {
  public EraFile {
    Objects.requireNonNull(name);
    Objects.requireNonNull(sha256);
  }

  @Override
  public String toString() {
    return name.toString();
  }
}
