import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Downloads a Maven from where Maven itself gets everything else, and checks it. Run by ../../mvnw
 * as one source file, so that a machine needs nothing but a JDK for it.
 *
 * <pre>java FetchMaven.java URL SHA-256 FILE</pre>
 *
 * <p>MVNW_REPOURL replaces the repository of the URL, else the mirror of central in the user's
 * settings.xml does.
 */
final class FetchMaven {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int STEP_PERCENT = 25;
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(env\\.)?([^}]+)}");

  private FetchMaven() {}

  /** Ends with 0, or with 1 and one line that gives the reason. */
  public static void main(String[] args) {
    try {
      URI from = URI.create(inRepository(args[0]));
      if (!from.isAbsolute()) {
        throw new IOException("'" + from + "' is no URL");
      }
      say("downloading Maven once, from " + shown(from));
      String sha256 = download(from, Path.of(args[2]));
      if (!sha256.equalsIgnoreCase(args[1])) {
        throw new IOException(shown(from) + " has SHA-256 " + sha256 + ", not " + args[1]);
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      say(e.getMessage());
      System.exit(1);
    }
  }

  private static void say(String line) {
    System.err.println("mvnw: " + line);
  }

  /** Leaves out the name and the password that a URL may contain. */
  private static String shown(Object url) {
    return url.toString().replaceFirst("//[^/]*@", "//");
  }

  private static String inRepository(String url) throws IOException {
    String repository = System.getenv().getOrDefault("MVNW_REPOURL", "").strip();
    Path file = Path.of(System.getProperty("user.home"), ".m2", "settings.xml");
    if (Files.exists(file)) {
      Element settings = parsed(file);
      useProxy(settings);
      if (repository.isEmpty()) {
        repository = mirrorOfCentral(settings);
      }
    }
    return repository.isEmpty()
        ? url
        : repository.replaceFirst("/*$", url.substring(url.indexOf("/org/apache/maven/")));
  }

  private static Element parsed(Path file) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Maven's rules: names with commas between, "*" or "external:*", and "!name" for an exception. */
  private static String mirrorOfCentral(Element settings) {
    for (Element mirror : elements(settings, "mirror")) {
      List<String> of = List.of(text(mirror, "mirrorOf").split("\\s*,\\s*"));
      boolean isNamed = of.contains("central") || of.contains("*") || of.contains("external:*");
      if (isNamed && !of.contains("!central")) {
        return text(mirror, "url");
      }
    }
    return "";
  }

  private static void useProxy(Element settings) {
    for (Element proxy : elements(settings, "proxy")) {
      if (!text(proxy, "active").equals("false")) {
        for (String scheme : List.of("http", "https")) {
          System.setProperty(scheme + ".proxyHost", text(proxy, "host"));
          System.setProperty(scheme + ".proxyPort", text(proxy, "port"));
        }
        System.setProperty("http.nonProxyHosts", text(proxy, "nonProxyHosts"));
        return;
      }
    }
  }

  private static List<Element> elements(Element in, String name) {
    List<Element> found = new ArrayList<>();
    NodeList all = in.getElementsByTagName(name);
    for (int i = 0; i < all.getLength(); i++) {
      found.add((Element) all.item(i));
    }
    return found;
  }

  /** The text of a child with its variables replaced; empty if there is no such child. */
  private static String text(Element of, String name) {
    List<Element> found = elements(of, name);
    String text = found.isEmpty() ? "" : found.get(0).getTextContent().strip();
    return VARIABLE
        .matcher(text)
        .replaceAll(
            variable -> {
              String value =
                  variable.group(1) == null
                      ? System.getProperty(variable.group(2))
                      : System.getenv(variable.group(2));
              return Matcher.quoteReplacement(value == null ? variable.group() : value);
            });
  }

  /** Returns the SHA-256 of what was downloaded. */
  private static String download(URI from, Path to) throws IOException, GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try {
      URLConnection connection = from.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      if (connection instanceof HttpURLConnection http && http.getResponseCode() != 200) {
        throw new IOException("the answer is " + http.getResponseCode());
      }
      long length = Math.max(1, connection.getContentLengthLong());
      try (InputStream in = connection.getInputStream();
          OutputStream out = Files.newOutputStream(to)) {
        byte[] buffer = new byte[1 << 16];
        long done = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          out.write(buffer, 0, read);
          digest.update(buffer, 0, read);
          long before = 100 * done / length / STEP_PERCENT;
          done += read;
          long percent = 100 * done / length / STEP_PERCENT * STEP_PERCENT;
          if (length > 1 && percent > before * STEP_PERCENT) {
            say(String.format(Locale.ROOT, "%3d %% of %.1f MB", percent, length / 1e6));
          }
        }
      }
    } catch (IOException e) {
      String reason = (e instanceof UnknownHostException ? "no host " : "") + e.getMessage();
      throw new IOException("cannot download " + shown(from) + ": " + reason, e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
