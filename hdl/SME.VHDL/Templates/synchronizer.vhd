-- SPDX-License-Identifier: Apache-2.0
-- Two registers that bring a Gray-coded pointer from another clock domain into that of clk. ASYNC_REG keeps Vivado from
-- moving or merging them. The path into the first one needs a constraint: set_max_delay -datapath_only, one period of
-- the source's clock.
-- C#: SME.Components.Synchronizer

library ieee;
use ieee.std_logic_1164.all;

entity synchronizer is
  generic (
    width : positive
  );
  port (
    clk : in std_logic;
    rst : in std_logic;
    source_value : in std_logic_vector(31 downto 0);
    output_value : out std_logic_vector(31 downto 0)
  );
end entity;

architecture rtl of synchronizer is
  signal first : std_logic_vector(width - 1 downto 0) := (others => '0');
  signal second : std_logic_vector(width - 1 downto 0) := (others => '0');
  attribute async_reg : string;
  attribute async_reg of first : signal is "true";
  attribute async_reg of second : signal is "true";
begin
  process (clk)
  begin
    if rising_edge(clk) then
      if rst = '1' then
        first <= (others => '0');
        second <= (others => '0');
      else
        first <= source_value(width - 1 downto 0);
        second <= first;
      end if;
    end if;
  end process;

  output_value <= (31 downto width => '0') & second;
end architecture;
