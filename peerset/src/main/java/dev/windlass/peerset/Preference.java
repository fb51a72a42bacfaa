package dev.windlass.peerset;

/** Who is asked first, whatever its speed. A preferred peer is not trusted more. */
public enum Preference {
  /** On this machine or in the same private network, or preferred by the user. */
  NEAR,
  /** Named by the user. */
  NAMED,
  /** It has connected by itself. */
  OTHER
}
