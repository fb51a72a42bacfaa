package dev.windlass.server.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The image, built once for all classes that register this, and removed after the last of them. */
final class BuiltImage implements BeforeAllCallback {
  private Image image;

  @Override
  public void beforeAll(ExtensionContext context) {
    // What is in the root's store is closed at the end of all tests, if it can be.
    image =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(BuiltImage.class))
            .getOrComputeIfAbsent("image", key -> build(), Image.class);
  }

  private static Image build() {
    try {
      return Image.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Image image() {
    return image;
  }
}
