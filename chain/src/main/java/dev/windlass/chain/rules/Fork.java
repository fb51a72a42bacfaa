package dev.windlass.chain.rules;

/**
 * A change of the rules, in the order in which chains make them. Those until Gray Glacier begin
 * with a block number, those from Shanghai on with a time. The merge has neither, see {@link
 * ChainRules#isMerged}.
 */
public enum Fork {
  HOMESTEAD("homesteadBlock"),
  EIP150("eip150Block"),
  EIP155("eip155Block"),
  EIP158("eip158Block"),
  BYZANTIUM("byzantiumBlock"),
  CONSTANTINOPLE("constantinopleBlock"),
  PETERSBURG("petersburgBlock"),
  ISTANBUL("istanbulBlock"),
  MUIR_GLACIER("muirGlacierBlock"),
  BERLIN("berlinBlock"),
  LONDON("londonBlock"),
  ARROW_GLACIER("arrowGlacierBlock"),
  GRAY_GLACIER("grayGlacierBlock"),
  SHANGHAI("shanghaiTime"),
  CANCUN("cancunTime"),
  PRAGUE("pragueTime"),
  OSAKA("osakaTime"),
  BPO1("bpo1Time"),
  BPO2("bpo2Time"),
  BPO3("bpo3Time"),
  BPO4("bpo4Time"),
  BPO5("bpo5Time"),
  AMSTERDAM("amsterdamTime");

  private final String configName;

  Fork(String configName) {
    this.configName = configName;
  }

  /** Its name in the {@code config} of a genesis file. */
  public String configName() {
    return configName;
  }

  public boolean isByTime() {
    return compareTo(SHANGHAI) >= 0;
  }

  /** Whether it changes nothing but the blob parameters (EIP-7892). */
  public boolean isBlobParametersOnly() {
    return compareTo(BPO1) >= 0 && compareTo(BPO5) <= 0;
  }
}
