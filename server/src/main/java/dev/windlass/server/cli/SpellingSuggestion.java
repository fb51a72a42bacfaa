package dev.windlass.server.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that a user probably meant. */
final class SpellingSuggestion {
  /** The largest share of wrong letters in a suggested word. */
  private static final double WRONG_SHARE_MAX = 0.5;

  /** This many first letters identify a word if no other word begins with them. */
  private static final int BEGINNING_MIN = 3;

  private SpellingSuggestion() {}

  /** {@code ; did you mean 'x'?}, or nothing if no word is near. */
  static String question(String word, Collection<String> known) {
    return question("", word, known);
  }

  /** The same for words with a common prefix, which is ignored in the comparison. */
  static String question(String prefix, String word, Collection<String> known) {
    List<String> ends = known.stream().map(name -> name.substring(prefix.length())).toList();
    return find(word.substring(prefix.length()), ends)
        .map(near -> "; did you mean '" + prefix + near + "'?")
        .orElse("");
  }

  static Optional<String> find(String word, Collection<String> known) {
    String lower = word.toLowerCase(Locale.ROOT);
    List<String> longer =
        known.stream().filter(name -> name.toLowerCase(Locale.ROOT).startsWith(lower)).toList();
    if (longer.size() == 1 && word.length() >= BEGINNING_MIN) {
      return Optional.of(longer.get(0));
    }
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(lower, candidate)))
        .filter(
            near ->
                distance(lower, near) <= WRONG_SHARE_MAX * Math.max(word.length(), near.length()));
  }

  /**
   * The number of letters to insert, remove or change to turn one word into the other, ignoring
   * case.
   */
  private static int distance(String lower, String known) {
    return lettersApart(lower, known.toLowerCase(Locale.ROOT));
  }

  private static int lettersApart(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(changed, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
