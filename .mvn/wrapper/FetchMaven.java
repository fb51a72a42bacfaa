import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Downloads a Maven from where Maven itself gets everything else, checks it and unpacks it: run by
 * ../../mvnw as one source file, so that a machine needs nothing but a JDK for it.
 *
 * <pre>java FetchMaven.java VERSION SHA-512 FOLDER</pre>
 *
 * <p>The place is MVNW_REPOURL, else the mirror of central in the user's settings.xml, else Maven
 * Central.
 */
final class FetchMaven {
  private static final String CENTRAL = "https://repo.maven.apache.org/maven2";
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int TRIES = 3;
  private static final int STEP_PERCENT = 25;
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(env\\.)?([^}]+)}");

  private final Path folder;
  private final Optional<Element> settings;

  private FetchMaven(Path folder, Optional<Element> settings) {
    this.folder = folder;
    this.settings = settings;
  }

  /** Ends with 0, or with 1 and one line that says why. */
  public static void main(String[] args) {
    try {
      new FetchMaven(Path.of(args[2]), settings()).run(args[0], args[1]);
    } catch (IOException | IllegalArgumentException e) {
      say(e.getMessage());
      System.exit(1);
    }
  }

  private static void say(String line) {
    System.err.println("mvnw: " + line);
  }

  private void run(String version, String sha512) throws IOException {
    useProxy();
    String name = "apache-maven-" + version;
    URI from =
        URI.create(
            repository().replaceFirst("/+$", "")
                + "/org/apache/maven/apache-maven/" + version + "/" + name + "-bin.zip");
    Path zip = folder.resolve("maven.zip");
    if (!from.isAbsolute()) {
      throw new IOException(
          "'" + repository() + "' is no address of a repository, such as " + CENTRAL);
    }
    String host = from.getRawAuthority() == null ? "" : "//" + from.getRawAuthority();
    say("downloading Maven " + version + ", once, from " + shown(from.getScheme() + ":" + host));
    String actual = download(from, zip);
    if (!actual.equalsIgnoreCase(sha512)) {
      throw new IOException(shown(from) + " has SHA-512 " + actual + ", not the pinned " + sha512);
    }
    unpack(zip, folder);
    Files.delete(zip);
    if (!folder.resolve(name).resolve("bin/mvn").toFile().setExecutable(true, false)) {
      throw new IOException("cannot make " + folder.resolve(name) + "/bin/mvn executable");
    }
  }

  /** Returns the SHA-512 of what came. */
  private String download(URI from, Path to) throws IOException {
    for (int tried = 1; ; tried++) {
      try {
        return downloadOnce(from, to);
      } catch (IOException e) {
        if (tried == TRIES || e instanceof RefusedException) {
          throw e instanceof RefusedException
              ? e
              : new IOException(
                  "cannot download " + shown(from) + ": " + reason(e) + "; or install a Maven", e);
        }
        say("once more: " + reason(e));
      }
    }
  }

  private String downloadOnce(URI from, Path to) throws IOException {
    MessageDigest digest = sha512();
    URLConnection connection = from.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    if (connection instanceof HttpURLConnection http && http.getResponseCode() != 200) {
      throw new RefusedException(shown(from) + " answers " + http.getResponseCode());
    }
    long length = connection.getContentLengthLong();
    try (InputStream in = new DigestInputStream(connection.getInputStream(), digest);
        OutputStream out = Files.newOutputStream(to)) {
      byte[] buffer = new byte[1 << 16];
      long done = 0;
      long said = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        done += read;
        long percent = length <= 0 ? 0 : 100 * done / length;
        if (percent >= said + STEP_PERCENT) {
          said = percent - percent % STEP_PERCENT;
          say(String.format(Locale.ROOT, "%3d %% of %.1f MB", said, length / 1e6));
        }
      }
      if (length >= 0 && done != length) {
        throw new IOException("it ends after " + done + " of " + length + " bytes");
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** An address without the name and password that it may have in it. */
  private static String shown(Object address) {
    return address.toString().replaceFirst("//[^/]*@", "//");
  }

  private static String reason(IOException problem) {
    return problem instanceof UnknownHostException
        ? "there is no host " + problem.getMessage()
        : problem.getMessage();
  }

  /** The server has an answer, and asking again brings no other. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  private static MessageDigest sha512() {
    try {
      return MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void unpack(Path zip, Path to) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (Enumeration<? extends ZipEntry> all = file.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        Path path = to.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          try (InputStream in = file.getInputStream(entry)) {
            Files.copy(in, path);
          }
        }
      }
    }
  }

  private String repository() {
    String named = System.getenv("MVNW_REPOURL");
    if (named != null && !named.isBlank()) {
      return named;
    }
    for (Element mirror : elements("mirrors", "mirror")) {
      if (mirrorsCentral(text(mirror, "mirrorOf"))) {
        return text(mirror, "url");
      }
    }
    return CENTRAL;
  }

  /** As Maven reads it: names with commas between, "*", "external:*", and "!name" for none. */
  private static boolean mirrorsCentral(String mirrorOf) {
    boolean isMirror = false;
    for (String of : mirrorOf.split(",")) {
      switch (of.strip()) {
        case "!central":
          return false;
        case "central", "*", "external:*":
          isMirror = true;
          break;
        default:
          break;
      }
    }
    return isMirror;
  }

  /** The proxy of settings.xml; those of -Dhttps.proxyHost, in MAVEN_OPTS, are Java's own. */
  private void useProxy() {
    for (Element proxy : elements("proxies", "proxy")) {
      if (!text(proxy, "active").equals("false")) {
        List<Proxy> through =
            List.of(
                new Proxy(
                    Proxy.Type.HTTP,
                    InetSocketAddress.createUnresolved(
                        text(proxy, "host"), Integer.parseInt(text(proxy, "port")))));
        String others = text(proxy, "nonProxyHosts").replace(".", "\\.").replace("*", ".*");
        ProxySelector.setDefault(
            new ProxySelector() {
              @Override
              public List<Proxy> select(URI uri) {
                return uri.getHost().matches(others) ? List.of(Proxy.NO_PROXY) : through;
              }

              @Override
              public void connectFailed(URI uri, SocketAddress address, IOException e) {
                // What fails is told by whoever connects.
              }
            });
        String user = text(proxy, "username");
        if (!user.isEmpty()) {
          char[] password = text(proxy, "password").toCharArray();
          Authenticator.setDefault(
              new Authenticator() {
                @Override
                protected PasswordAuthentication getPasswordAuthentication() {
                  return new PasswordAuthentication(user, password);
                }
              });
        }
        return;
      }
    }
  }

  private static Optional<Element> settings() throws IOException {
    Path file = Path.of(System.getProperty("user.home"), ".m2", "settings.xml");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      Document document = factory.newDocumentBuilder().parse(file.toFile());
      return Optional.of(document.getDocumentElement());
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private List<Element> elements(String list, String name) {
    List<Element> found = new ArrayList<>();
    settings.ifPresent(
        top -> {
          for (Element outer : children(top, list)) {
            found.addAll(children(outer, name));
          }
        });
    return found;
  }

  private static List<Element> children(Element of, String name) {
    List<Element> found = new ArrayList<>();
    NodeList all = of.getChildNodes();
    for (int i = 0; i < all.getLength(); i++) {
      Node node = all.item(i);
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  /** The text of a child, with its variables replaced; empty if there is none. */
  private static String text(Element of, String name) {
    List<Element> found = children(of, name);
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
}
