-- SPDX-License-Identifier: Apache-2.0
-- A memory of constants with a read port. Word i is bits i * data_width and up of the generic contents.
-- C#: SME.Components.Rom

library ieee;
use ieee.std_logic_1164.all;
use ieee.numeric_std.all;

entity rom is
  generic (
    data_width : positive;
    address_width : positive;
    ram_style_name : string;
    contents : std_logic_vector
  );
  port (
    clk : in std_logic;
    read_enable : in std_logic;
    read_address : in std_logic_vector(31 downto 0);
    data_item : out std_logic_vector(data_width - 1 downto 0)
  );
end entity;

architecture rtl of rom is
  type memory_type is array (0 to 2 ** address_width - 1) of std_logic_vector(data_width - 1 downto 0);

  function words(bits : std_logic_vector) return memory_type is
    alias all_bits : std_logic_vector(bits'length - 1 downto 0) is bits;
    variable result : memory_type := (others => (others => '0'));
  begin
    for i in 0 to bits'length / data_width - 1 loop
      result(i) := all_bits(i * data_width + data_width - 1 downto i * data_width);
    end loop;
    return result;
  end function;

  constant memory : memory_type := words(contents);
  signal data : std_logic_vector(data_width - 1 downto 0) := (others => '0');
  attribute rom_style : string;
  attribute rom_style of memory : constant is ram_style_name;
begin
  process (clk)
  begin
    if rising_edge(clk) then
      if read_enable = '1' then
        data <= memory(to_integer(unsigned(read_address(address_width - 1 downto 0))));
      end if;
    end if;
  end process;

  data_item <= data;
end architecture;
