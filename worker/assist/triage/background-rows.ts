/**
 * What people ask of other companies and of machines: rows that belong to no workspace's intents, so that a model learns what it does not know.
 * Taken by chance, the same number from each intent, from public sets under CC BY; NOTICE names them. Short ones only, and none that asks for a person.
 */
const ROWS = {
  HWU64: `activate robot vacuum cleaner
add dr rosenstock as an email contact
add eggs to my grocery list
add grocery shopping to today's to do list
add jpearsonjessica@gmail dot com to email contacts
add new items in the remainder list
add that song to my top ten favorites list
add this email to my address book
any restaurant in the beautiful
anything is ok with me.
are any of my new emails from amy
are there any meetings set for next wednesday
book a taxi to airport for me in the evening
book a taxi to the airport
book a ticket for today in irctc site for the stored information
book me a taxi for one pm
book taxi for now
book uber taxi for my travel
brighten my bedroom light
bring up a recipe for turkey meatballs
buy me a ticket to take the train to atlanta
call pf chang's to order me egg foo young
call rta and book a taxi for three o'clock in the morning
can you book an uber for me
can you book train ticket from mumbai to sangli for tomorrow morning
can you change the colour to red
can you mute my speaker
can you please change the mood of the light
can you please clarify me about this further.
can you please make me a cup of black coffee
can you please play the next episode of food stuff
can you put the lights on the high setting
can you reserve a ticket to grand rapids by train
can you show me the popular posts from facebook today
can you shuffle the light colors in the house
can you start the coffee
can you tell me the cheapest place to get ground beef
cancel my alarm for tomorrow morning
celebrities
change my clock to central time zone from my current zone
channel seventy two point five
check my email messages
check stock prices on this
clear the dust and then on the cleaner
compose email
confirm i have set an alarm for six am
confirm that my notification is set to remind me when i leave
could you calculate five plus five
could you elaborate further on your answers to me.
could you just cancel it please.
could you please check and confirm details.
could you please turn off the overhead light in the kitchen
count the number of food items on the list
create event with alarm for meeting in two hours
create list
create new contact
current stock price intel
customer service from microsoft never called me back
dammit, that's not what i meant.
darken the room a bit
dea guam prescription drug abuse on the rise
decrease volume to very soft
delete all recurring staff meetings
delete my list
delete the events from the calendar on twenty eighth march
did i add milk to the shopping list
did mark post anything new on facebook
disable my three pm alarm
display latest emails
do i have any mail
do i have any off days this week
do i have any pending reminder
do i need a light or heavy jacket today
do i need a sweater today
do you know any jokes
does the restaurant have delivery
dollar rate
don't bother, olly.
don't really know.
email mom and ask how the weather is there
email my sister about mom's birthday jane we should think about arranging the party at the park
erase all content in my calendar
erase previous list
exchange euro to dollar
find a pizza restaurant open until noon
find me a bar in cleveland open until two am
find me a recipe of spaghetti
find me the cheapest copy of the four hour body
find tacos near my home
get contact
get me up in half an hour
get rid of my current alarms
get the duet game
give me a movie for tonight
give me petey's telephone number
give me the opening stock price of infosys technologies today
give me time
google can you book me a ticket on the train for tomorrow
hello my item which i bought from some one has gone out of order
hi i want to order fried chick with white sauce
how cold is it outside
how congested is the traffic on my way to work
how do i get the answer to two plus two
how do i steam rice
how does a cheetah look
how far is france from miami
how hot are summers in gibraltar
how is the traffic at the moment
how long do i need to cook a brisket for it to be medium
how long does it take to get there
how many alarms are currently set
how much is the us dollar versus the pound
how much is twenty two usd in euros
how old is christie brinkley
how would you describe a ball
how would you describe the sun
i am happy
i am need my hat today
i am no longer attending the wedding on the tenth so remove it from my calendar
i appreciate answers.
i could not understand this.
i don't need the shopping list delete it
i fancy some coffee now
i have to go to a meting on friday at noon can you remind me
i like red colour for my home change it
i like senatra songs
i like you confirm last thing said please.
i love kfi so much he's by far my favorite
i need a naughty joke not to naughty though
i need everything deleted from calendar please
i need to find a funny joke that is ok for kids
i need to turn on the plug in my office for my computer
i need you to book a train ticket that leaves at two pm
i need you to have the volume louder
i need you to put walk the dog on my list to do
i want to eat some spicy thing
i want to finally read the mars trilogy
i want to hear tum hi ho next
i want to see the recipe of veg biryani
i want to slow down my speaker
i want to wake up at six am tomorrow please
i want you to delete my shopping list from last month
i was not so clear about your words.
i wish i could play video games together
i would like to continue my audiobook
i wouldn't really mind.
i'd like a coffee please
i'd like a train ticket to this location
i'd like to hear what i have just said again.
i'd like you just stop.
i'd like you to confirm that please.
if it is six am here what time is it in tokyo
increase the brightness of lights bedroom
increase the brightness of the lights
increase the volume of the speaker
is michael's a takeaway or delivery restaurant
is the four hundred and thirty pm train running late
is there a sporting event tomorrow in chicago
is there an alarm for ten am
is there any new news on trump
is there any traffic downtown right now
it is nine here what time is it in california
it's dark in here
it's eight at night in france what time is it in new york
it's excellent, appreciated.
it's really loud can you please turn the music down
joke of the day
jump to the next podcast
just set me reminders about pending payment of children school fees
just stop please.
kfi is my favorite rapper
let national grid know the power is out again
let us do it again.
let's have the radio on
let's hear some indie rock okay
let's play never have i ever
lets have a break for five minutes
lets play pinball
light colour for study room
light green
lighter shade on the lights please
lights off in the kitchen please
lights out
list all the events in my march calendar
list phone and email id of robert
listen to this song
local theater screening which movie
lower lights
lower lights in kitchen
lower the brightness of the lights
lower volume of music player
lower your volume please
make a room darker
make coffee for me
make five coffee tell the coffee machine
make me happy juice
make my calendar empty
make the bedroom lights light blue
make the lights shine blue
make this my favorite
may i know the traffic situation
may i know what is trending in twitter
moderate
more bright
move on to the next podcast episode
movies with good rotten tomato ratings
my alarms
olly could you please shut up.
olly i like you cancel it.
olly please would you just stop it.
olly skip two songs
olly what songs have i listened to at least ten times
open harrypotter audiobook and play from last played
open minestart game from previous played level
open pandora app
open songs by prince
order a large pepperoni pizza from dominos to go
order me some chipotle
place an order for two pizzas from dominoes
play anything by cat stevens and i'll be happy
play compassionate cook episode twenty three
play football match for myself now
play hoizer radio station from my pandora app
play music true love
play newest reason podcast
play news in fm
play next doctor who episode
play old fashioned christmas music
play one more time
play the next episode of radiolab
play uno together
please add tom to my contact list
please brighten the lights
please can you tell me that word said once again.
please change the color of my lights surprise me
please check and confirm the command.
please check and confirm the last thing said.
please check episode number thirty nine
please check on the movies playing in theaters nearby
please check recent emails from new contact
please darken the lights
please decrease the volume of music player
please dim the lights in the bedroom
please do not respond
please do not speak
please explain me more on what you've just said.
please find out of charley's steakhouse delivers
please give me the road forecast for i95 sb
please make the room brighter
please make the smart socket turn off
please mute the volume control
please note i like jazz and hate disco
please play the radio
please remove the alarm which i set for today morning
please remove the appointment which i have made with mrjim
please repeat the current song is being played
please send a notification when john replies
please set the equalizer in the party mode
please show me today's date
please show today meting with clients
please shut down.
please shut off
please tell me about upcoming alarms
please turn down the volume
please turn the lights on
please turn up the speaker volume
please will you check details.
please will you try again.
please write up a compliant
post complaint about service a
post the following status to facebook
post to facebook at the spa yay with a smiley face emoticon
power down the plug socket one
produce a new register
provide wall street journal news
put on the vacuum on now and clean the living room
put the last song on repeat
quick meals
radio one thousand and twenty seven
radio please
reach by mail to my family
read the list
read the ticket for tesla
really i don't mind, olly.
recipes that can be cooked in an hour
remind me after a month
remove all alarm of sunday
remove item from list
remove my earliest alarm for tomorrow
remove my work alarm
remove the bank transaction list
remove the list please
repeat the last song again
replay the required of the musics
restart bill nye book
restart the audiobook heaven is for real
resume playing you are joking mr feynman
retry the last spoken.
run the vacuum
s1, would you further elaborate to me please.
s2, i was unclear about your answers.
s2, last sentence was not clear.
save new email addresses to my contacts
save that email as a new contact
save this song to playlist
say something funny
schedule a delivery from food at the nearby takeaway diner
schedule meeting with laura
search cost for amtrak luxury to los angeles
search for new jokes
searching on holidays in my location
send a giggle my way
send a reply to mike with the answer four hundred and thirty from his email he sent this morning
send an email to my boss
send email to bro and say hi come down for dinner tonight
send happy new year to john@gmail dot com
set a reminder for fifteen minutes to change laundry loads
set a reminder on fifteenth march as meeting
set alarm for nine am
set an alarm at six in the morning
set an alarm for two hours from now
set meeting with joanna on saturday four pm
set the alarm for tomorrow five am
set the settings to mute
set to mute
shit, not correct.
show dan's contact detail
show local events
show me share price of facebook
show me the picture of the singer
show me upcoming events in chicago
shut off the socket
shut up.
silence please
start a list of dog names
start a new shopping list
start angry bird
start making some coffee
start play johns audiobook
start the robot vacuum cleaner now
start the satellite music feed
start vacuuming
stop after current song
stop powering the wemo socket
switch on all the lights
switch on smart plug
switch on the lights
switch on the wemo plug
switch wemo plug socket off
take that off there
talk quieter please
tell me a joke about lawyers
tell me about alexander the great
tell me about the alarm timings
tell me formula for area of circle
tell me the exchange rate of rupee for dollar
tell me what a freeway is
tell me what is on the list
tell me whats on the web
tell me when i need to leave the airport
tell me when taco bell can deliver my dinner
tell me your answer
thanks but i think this was not the correct command.
thanks but it is not correct command.
thanks but it's not the correct command.
thanks but you are incorrect.
thanks for asssistance.
thanks for the response, olly.
thanks for your answers.
that must be some mistakes.
that's useful, thank you so much, olly.
the meaning of life
this does not matter, olly.
this event needs to be deleted
this song was very good
ticket for delhi
time difference between uk and us
traffic status please
turn corner light on
turn my audio higher
turn off garage light
turn off lights in all bathrooms
turn off my wemo socket
turn off overhead light
turn off shuffle
turn off sockets
turn off the alarm
turn off the bedroom lamp
turn off the lamp socket
turn on hall lights
turn on kitchen light
turn on living room radio
turn on the light socket
turn on the wemo
turn on when plugged in else turn off
turn the kitchen lights off
turn the room light off
turn the sound up
turn the volume up on music player
turn up the brightness
turn up the volume of my speakers
two pm set
u. s. d. position now
uhh no, i did not say this.
update me on the standing rock protest
vacuum living room
vacuum on
volume louder softer
what alarms did i set today
what and how is india's economy at the moment
what are departure arrival times for this train
what are listed
what are my newest emails
what are the current stock prices for google
what are the details on umf
what are the latest tweets from the new york times
what are the names of all my saved lists
what bands are playing in town this weekend
what does a baguette look like
what does a beech tree look like
what else is on the list
what genre is most played on my music player
what genre is this
what goes with risotto
what is charles's email
what is going on in me area today
what is happening now
what is latest on the recent events happening right now
what is mondays actual date
what is on my to do list
what is on this list
what is piramid
what is sean connery's birthday
what is six minus four
what is that once again.
what is the current stock rate of facebook
what is the current time in chennai
what is the daily price of johnson and johnson stock
what is the exchange rate of rupee for dollar
what is the forecast
what is the home phone number for sarah
what is the latest action movie running in theaters
what is the remainder when five hundred and twenty one is divided by three
what is the square root of forty two
what is the square root of thirty six
what is the stock value of google
what is the story of the movie titanic
what is the time in china
what is the weather for the school week
what is this
what movie theatres are in stephenville
what movies is kevin spacey in
what should i watch today
what the singer meant by the title of the song bohemian rhapsody
what time can i call from pennsylvania and it will be business hours in australia
what time does the train depart from downtown los angeles to santa barbara
what time is it in another city
what time is it in karachi right now
what time is it in this city
what time is twelve pm eastern time in pacific time
what time will my alarm go off today
what will be the weather update for monday noon
what would you call this kind of music that we're listening to
what's close by for dinner
what's euro u. s. d. right now
what's leon's email
what's my next appointment
what's new on facebook
what's the answer to one plus one
what's the latest in my social media
what's the latest news on donald trump
what's the news in politics on cnn
what's the time difference between here and queensland
whatever would be ok to me.
whats the best place to eat near here
when is president's day
when is the next lakers game
where can i get a shot of tequila and some to go mexican food
where should i avoid this morning
where should i go for mexican food in me area
where's the best and most affordable place to stay in san diego
which contact haven't i called in twelve months
who is the contact that last called me
who is the singer of this song right now
will you please put something something@gmail dot com in my contacts
will you tell me what you have said one more time please.
would you check what i said.
would you please check that.
would you try that words spoke one more time again.
wouldn't mind to choose any one.
yeah great response to command.
yeap amazing response to the command.
yeap correct response to the command.
yes fantastic response.
yes right response.
yes you got answer correcly.
yes you have gotten it exactly.
you are the best, thank you so much, olly.
you did it exactly.
you've done it right thank you so much.`,
  BANKING77: `A payment is showing twice. Why is that?
A transaction to a friend still hasn't shown up.
ATM withdrawal not working.
Although I transferred some money, it has not as of yet, arrived.
Am I able to do a SWIFT transfer?
Am I able to use my American Express to add money to my account balance?
Am I allowed to get an account for my daughter?
Am I limited to what ATM I can use my card?
Are cards available to those outside of the UK?
Are my contactless settings correct? I tried to use it today but it wasn't working.
Are there going to be fees from adding money with an international card?
Are there ways for other people to send me money?
Bank transfer to account did not show up, please help?
Can I activate my card?
Can I add money to my account via bank transfer?
Can I add money to my account with cash?
Can I choose when my card is delivered?
Can I deposit money using Apple Pay?
Can I do more than 10 transactions with a disposable card?
Can I get a Visa from you?
Can I get a disposable virtual card?
Can I get information on the identity checks?
Can I get some help to get me card activated?
Can I have a card even if I am not living in the UK?
Can I link your physical card
Can I see where my money is being transferred from?
Can I set automatic top ups?
Can I specify a day for my card to be delivered?
Can I stop a transaction?
Can I tell if my top off didn't work? It doesn't seem to have.
Can I use as many top-ups as I want?
Can I use my card while on vacation overseas?
Can I use your services without access to the app?
Can an American resident apply to get a card?
Can my PIN be changed in any cash machine?
Can my account me accessed by a thief? I was mugged.
Can my teenager have an account?
Can somebody else top up my account?
Can you deliver the PIN separately?
Can you please check the exchange rate when I was getting cash?
Can you show me where to link the new card?
Can you tell me the ATMs I can use with my card?
Can you tell me what countries you offer support for?
Contactless payments need to be enabled for my card.
Could you please tell me why my purchases from this morning say payment is pending?
Do I get Visa or Mastercard?
Do I have a choice for a Mastercard?
Do I have to go to an actual bank to change my PIN?
Do I have to verify the top-up?
Do I need to do something to get a new card once it expires?
Do the disposable cards have restrictions?
Do you accept US credit cards?
Do you charge extra for duplicate cards?
Do you charge for sending more cards?
Do you supply both Visa and Mastercard?
Do you support fiat currencies?
Does it cost anything to do currency exchanges?
Does the auto top-up have any limits?
Estimated time arrival for transfers?
Everytime I try to prove my identity it won't let me.
For some reason I am unable to preform a transfer to a beneficiary.
Google Pay isn't working. What is wrong?
Has my top-up been cancelled?
Help me access the card I already got so I can information from it.
Help me to set up contactless payments.
Help! I made a transfer in error and need to cancel it before it's complete!
Help, I need to top up my account. Where do I send a check?
Hi. I noticed I have a duplicate charge which I have not made twice. Who should I talk to take care of this?
How can I change currency type?
How can I change my account details?
How can I change my address?
How can I check if I have received a refund if it is not yet on my statement?
How can I exchange currencies in the app?
How can I fix my card if the contactless function didn't work this morning?
How can I information on my limit for top-ups?
How can I receive my salary in another currency?
How can I request cash back? The ATM just gave me a different amount than what I've been charged though...
How can I reset the passcode if I need to do that?
How can I set a new pin.
How can I top up with Apple Pay?
How can I verify my top up?
How can I verify my top-up card?
How can my friend send money to me?
How can receive a physical card
How did you guys get your exchange rate?
How do I active this card?
How do I change my address ?
How do I complete the ID check?
How do I deactivate a stolen card?
How do I edit my details?
How do I get a new expiration date?
How do I get a refund for an item I bought?
How do I report possible fraudulent activity on my account?
How do I reset my passcode?
How do I set my physical card PIN?
How do I stop fraud to my card?
How do you decide what your exchange rates are?
How does a disposable virtual card work?
How does one send me money?
How is my money transferred to the account
How long does a check take to show up in the account balance?
How long does it take for a cash withdrawal to show?
How long is a top up supposed to be pending, because an hour is too long! Can you fix this to go through?
How long until my new card gets here?
How long will it take for my cash withdrawal to stop pending
How many ATMs will take this card?
How many transactions can I do with my disposable card?
How much are the rates of exchange?
How much is the exchange fee?
How much is the limit for top-ups?
How old do I need to be?
How to order a virtual card
How to order my card?
How to unblock my PIN?
I accidentally exceeded my PIN tries. Please advise.
I am asking to end my account.
I am entering my passcode but getting an error.
I am having problems with my contactless.
I am seeing in the App a some cash withdrawal that does not belong to me
I am seeing in the app, some cash witdhrawals that I did not authorize.
I am very dissatisfied with the services that you are providing. I want to cancel my account.
I believe my card payment has reverted
I believe there is a mistake because a payment I didn't make shows in my app.
I can't do any business with this virtual card.
I can't input my pin again.
I can't see a transfer to my account I made.
I can't seem to use my card. Can you help?
I cannot get my disposable virtual card to work
I cant find my card.
I decided I no long want something that I ordered, and want a refund. How do I go about doing that?
I desperately need to transfer something from China, Please give me the wait time.
I did a transfer and was charged a fee that I shouldn't have been!
I did a transfer but it is still pending.
I did not receive my full withdrawal amount
I did not receive the correct amount of cash.
I didn't make a payment at this business.
I do not recognise this card payment.
I don't have the device I used to log onto the platform so I can't access it.
I don't have the means to prove my identity.
I don't recognize the direct debit payment from the app.
I don't think that my top-up worked.
I don't understand why I was charged extra for withdrawing money?
I dont have identification
I found my card in my jacket this morning, so can I reactivate it?
I found my card! Can I link it back into the app?
I got billed an extra pound!
I got charged a service fee on my account. Can it be waived since I didn't know about it before?
I got some items this morning but the payment says pending
I have a pending transaction
I have an unfamiliar direct debit in my statement.
I have been charged a fee, I didn't know about this fee before! When do you charge extra for card payments?
I have foreign currency i would like to change how much will it cost me?
I have no more money in my account. Is there a way to do a bank transfer to put money into my account?
I haven't received my card.
I keep getting an error message when I'm trying to transfer funds! Why aren't you accepting that?
I lost my card, what do I do now?
I lost my phone! Will my card still work?
I made a deposit and the balance hasn't been updated.
I made a mistake of transferring, can I cancel my previous transfer?
I made a payment but it's still pending
I may no longer need GBP, but instead I will need AUD, how can I go about making this change?
I need a disposable virtual card. Please tell me how to order one.
I need help reapplying my top-up. It seems it isn't working.
I need my refund
I need to activate my card.
I need to change my personal details in my account.
I need to close my account as soon as possible.
I need to get hold of a physical card?
I need to know which flat currencies are supported by you.
I need to make a transfer from Europe, how many days does this take?
I need you to delete my account right now.
I ordered a virtual card but it hasn't come through yet
I placed a cash deposit in my account but I can't see it yet.
I purchased something while traveling, and the exchange rate applied was wrong.
I received a refund, however I cannot see it in my account
I refuse to verify my identity.
I require verification for my source of funds.
I saw I was charged extra for money I withdrew?
I see a direct debit transaction in the app that is not mine
I see cash withdrawal activity in the app that is not mine.
I think I was wrongly charged in a recent transaction when I used my card.
I think my account has been hacked there are charges on there I don't recognize.
I think when I withdrew money when out of country the exchange rate was wrong.
I topped up but it isn't in my account
I topped up but the app declined it
I tried to top-up, why didn't it work?
I tried using a check to update my balance, but it isn't work? Is something wrong?
I tried using my ATM card at your Notting Hill location today. It did not work. Am I doing something wrong?
I used my card to top up, but now I don't see the money in my account.
I want a refund for an item
I want to terminate my account
I want to top up from my Apple Watch, can I?
I want to use cash to top up.
I want to use my account before identity verification
I was abroad and needed some cash, but I think the wrong exchange rate was applied to the transaction.
I was charged a fee when I transferred my funds, why?
I was charged extra. Was the exchange rate for my payment last Saturday wrong?
I was charged for a cash withdrawal, why?
I was charged twice.
I was checking my statement and my top-up has been reverted
I was expecting my new card by now.
I went to do a transfer and it was declined.
I would like a disposable virtual card, could I get one?
I would like to exchange currencies, how do I go upon it?
I would like to retract my purchase.
I'd like to know how transferring my money into my account works.
I'm confused as to why my transfer is still listed as pending on the website.
I'm expecting a refund but it's no where to be seen
I'm not happy with the services I'm getting with this company. Can you please delete my account?
I'm not in the UK, but can I still get a card?
I'm not sure why the card payment didn't work.
I'm really concerned because I only made one transaction, but it's appearing multiple times.
I'm trying to activate the auto-top up function. Where is it?
I've been waiting for 3 days, why is my withdrawal still pending?
I've been waiting for a refund where is it?
I've deposited a check but the cash isn't showing that it's there yet.
I've forgotten my passcode. Can I reset?
If I want to can I set up a new PIN?
If there isn't a lot of money left, will it automatically top-up money?
Is an auto top-up option available?
Is it free to send out more cards?
Is it possible to cancel a transaction?
Is it possible to cancel my transfer?
Is it possible to dispute a debit payment from a couple of months ago.
Is it possible to get a second card for my daughter?
Is it possible to top up by card?
Is my card accepted anywhere?
Is my card lost? I am still waiting for it to be delivered.
Is the exchange rate the same on weekends as the weekdays?
Is the identity check part of bank policy?
Is there a charge for getting more cards?
Is there a fee associated with using foreign exchange ATMs?
Is there a fee for topping off by transfer?
Is there a fee to add money to an international card?
Is there a fee to top up by bank transfers?
Is there a reason my top-up has been cancelled?
Is there a way to use a cheque to top up my account?
Is there any cost to change foreign money to local?
Is this card accepted by ATMs?
Isn't my top-up supposed to mean its complete?
It appears I have a fee in my statement.
It declined my transfer.
It looks like my card payment was sent back.
It's been a couple days how much longer do I have to wait for my transfer?
Last Saturday, I made a payment and the exchange rate was wrong. I was charged too much.
May I order another card?
My PIN is locked, how do I unlock it?
My card couldn't pay in a shop.
My card doesn't seem to work.
My card got stuck in an ATM.
My card got trapped inside an ATM, what should I do?
My card is about to expire. Are there any costs with a replacement card? How quick do you mail it to me?
My card is about to expire. How do I order another?
My card is almost going to expire.
My card is stuck in an ATM machine, how do I get it back quickly?
My card needs to be activated.
My card payment has not been withdrawn from my account
My card was stolen
My card was used without my permission, what do I do?
My cash withdrawal is showing as pending, why?
My credit card was just denied for top up! Can you tell me why this happened and what's going on?
My disposable virtual card got rejected
My disposable virtual card wouldn't process my payment?
My exchange rate isn't correct.
My identity can't be verified for some reason
My money disappeared right when I tried to top up
My money hasn't been transferred yet.
My passcode is not being accepted
My payment was cancelled
My salary is in GBP, do I need to exchange it before putting it into my account?
My salary is in GBP, is this something I need to configure?
My top-up didn't go through; it still says pending. What's up with that?
My transfer did not work, what was the reason?
My transfer was declined, why is that?
My virtual car is not working.
Okay, I found my card, can I put it back in the app?
Please help me set up a new PIN.
Please provide me with the restrictions of the disposable cards.
Please tell me how to change my pin.
Send me my card now! ASAP
Show me how can my friends top up my account.
Some cash I didn't get shows in my app
Somebody stole my wallet and is using my card! Can you do something so they can't keep taking my money?
Tell me about the limit for top ups.
The ATM only gave me 10 pounds when I withdrew 30. What do I do?
The ATM shows a withdraw of the amount of money I requested but I didn't revieve that amount in cash.
The app isn't letting me log in, but my info is correct.
The exchange rate you are using is really bad.This can't be the official interbank exchange rate.
The refund I asked for isn't showing up
The store card reader would not accept my card.
There are charges on my card that I haven't purchased.
There is a cash withdrawal in my account that isn't mine.
There is a direct debit fee in the App that I didn't do.
There is a fraudulent payment!
There is an extra small charge on my card! What do I do?
There was an unexpected fee for my cash withdrawal!
There's a card payment I didn't make
There's a €1 fee on my statement, why?
Top up is not working even though I have my AMEX in apple pay.
Top up my card please, which y'all support?
Transaction showing up many times.
Was I charged extra for using my card?
What ATMs can I use my card?
What are age requirements for opening an account?
What are all the fiat currencies that are supported for both exchange and holding?
What are the details of disposable card limitations?
What are the disposable cards restrictions?
What are the sources for the funds in my account?
What are the steps I need to do if I have a stolen card?
What are the steps for making a transfer for topping up?
What are the steps to verify identity?
What are the top up charges for all US cards?
What are these disposable cards meant for?
What cards and currencies can I use?
What cash stations take this card?
What could possibly be the cause of my failed transfer?
What currencies can be exchanged in the app?
What do I do after the ATM takes my card.
What do I do if I forgot my passcode?
What do I do if the ATM swallowed my card?
What do I have to do to get my virtual card?
What do I need for the identity check?
What do I need to do to cancel a transaction?
What does a transfer cost?
What flat currencies do you use for holding and exchanges.
What happens if a merchant doesn't accept you payment?
What happens when a beneficiary can't receive my transfer?
What is delivery speed to the United States?
What is going on? My balance still hasn't updated and it has been two weeks since I deposited my money!
What is minimum age for an account?
What is the currency exchange fee?
What is the length of a transaction completion?
What is the meaning of a pending payment?
What is the process for unlocking the pin?
What is the refund process?
What is the verification process for my card?
What is the wait time for delivery to the US?
What is the wait time until money reaches my account?
What is this extra pound charge for?
What should I do if my smart phone is lost or stolen?
What stopped my transfer, from being accepted?
What to do if my card is about to expire?
What will I need to verify my identity
What's going on? My card wont accept any transactions.
What's the card you sent me's tracking number?
What's the cost for exchanges?
What's the deal with verifying the top-up?
What's the problem? My card keeps getting declined for top up. I need to know what is going on.
What's the reason my new card hasn't come?
What's the youngest I can be to open an account?
When I attempted to make a transfer, it failed.
When I travel, can it automatically add money in certain intervals?
When will my top-up be completed?
When will my transfer come through?
When will my transfer finish pending?
When will the money from my bank transfer be available?
Where can I order a card?
Where can I use my card?
Where can i top my card for free?
Where can virtual cards be ordered?
Where do I find PIN for my card?
Where do I find how to top off with a check?
Where do I pay with my card?
Where do my available funds come from?
Where do we mail the card?
Where do you export the cards to?
Where is my PIN?
Where is the PIN number found?
Which currencies are allowed?
Which currencies do you work with?
Which fiat currencies are supported for holding and exchanging?
Which foreign currencies do you accept for adding money?
Which merchants accept my card?
Which type of card will I receive?
While doing a transfer, it says declined.
While getting cash, I was charged a fee.
Who accepts the card?
Who can I speak with regarding a lost card?
Why am I seeing a transfer fee on my bank statement?
Why and I being charged this fee?
Why are my transfers getting declined?
Why can't I edit my personal details?
Why cant I send money to a beneficiary?
Why did it cost money to transfer funds?
Why did you charge me extra when I withdrew cash?
Why do I have a strange payment on my statement?
Why do you need me to do an identity check?
Why do you need to know so much about me for my account?
Why does it still charge me even though I was unable to withdraw money from the ATM?
Why does my statement show an extra fee?
Why doesn't my card work for any transactions?
Why hasn't the transaction I did to my friend arrived yet?
Why have I been charged a fee for card payment?
Why have I been charged more than once for the same transaction?
Why have you declined my card payment?
Why is a payment I made reverted back to my account?
Why is it taking so long for my pending transaction to post as cleared?
Why is my card not working anymore?
Why is my contactless not working?
Why is my top-up showing as reverted?
Why is the cash withdrawal under pending?
Why is the exchange rate so high? This should have been a much higher amount of cash for that to apply.
Why is the exchange rate terrible? That can't be close to the actual interbank rate.
Why is the payment from my card still pending?
Why is the transaction not posting?
Why is there a fee for doing a transfer?
Why is this beneficiary being rejected?
Why was I charged extra when transferring?
Why was I declined when I tried to get my money?
Why was my atm withdrawl declined
Why was my transfer stopped ?
Why won't cash come out of the ATM?
Why won't my card accept any transactions?
Why would my card payment not work?
Why wouldn't a transfer go through?
Why wouldn't the ATM give me my money?
Will I be charged for adding money by transfer?
Will the PIN come separately?
Will there be a charge when money is added to my account?
Will there be any fees for top ups?
Will you charge me more if I top up with an international card?
Your exchange rates come from where?
can I use it in any country?
can you assist me in activating my card?
disposable virtual card can be ordered where?
explain the interbank exchange rate
google pay top up did not work
how come my transfer declined
how long does it take for a transfer to arrive
how many virtual cards can i have, i want 8
how to get virtual card
i cannot find my card PIN
i didnt make these transactions, i think my card details might be stolen
i haven't received my order and want a refund
i need to top up by card.
i noticed that the funds were returned to my bank account. What happened?
i would like to top up with check
is there a way i can see source of money?
my payment was rejected
need to exchange currencies
need to know if there is a maximum i can top up
phone is gone
please help my transfer go through
the money i transferred didnt arrive
what are limits to top up
what do I need to do if the ATM kept my card?
what is the leadtime for a new card to show up in the mail?
what is the matter?
why do I have a pending payment?
why is top up pending`,
  CLINC150: `"can u set a timer for 5 minutes
"please contact my credit card company to report fraudulent activity on
15 days from today, what will the date be
3 of us need to get to union station via uber
add all my bills for this month and tell me the total
add american idiot by green day to my playlist
add change filters to my to do list
add this song to my jazz playlist
ai, please help me find my phone
ai, what can i call you
alert my bank and tell them that i'm travelling to paris
am i going to need vaccines for the trip
any good pizza restaurants around here
any ideas on a good place to eat out
are mashed potatoes good nutrition
are you a live being
are you actually a bot
are you well
book a reservation for 6 at shakey's under the name jason
bring the volume up overall
bring up all purchases from target
buy a flight from phoenix to el paso on august 30 that returns on labor day
can i get a hotel room that can accommodate 50 people in bangor from january 01, 2021 to january 30, 2021
can i increase the credit limit for my chase card
can i increase the credit limit for my western union credit card
can i rent a car out of lax from tuesday to thursday
can i substitute lemon juice for vinegar
can i use flour as a substitute for bread crumbs
can my car get to dallas with the gas currently in my tank
can see you see if there are meeting rooms available between 9:00 am and 11:00 am
can you book me a place to stay in denver from wednesday to friday
can you cancel the reservation for kyle's party at red lobster
can you check if my order has been delivered
can you find out if my application at smith bank was approved or not i applied for s credit card a month ago
can you give me a spelling for antipathy
can you give me nutritional info on oranges
can you help me pay my phone bill
can you help me set up direct deposit
can you make reservations at steak 'n' shake
can you redial the last number dialed
can you remind me what i was trying to remember
can you schedule a meeting at 10 am tomorrow with john smith
can you submit a pto request for me from dates nov 2 to 10, please
can you suggest a meal from ireland for me
can you teach me how to make sushi
can you tell me about the traffic typically at noon on the route the hospital
can you tell me how many points i have to date with my capital one miles card
can you tell me if ruby tuesday does reservations
can you tell me if there's a travel alert for that country
can you tell me if you have any pets
can you tell me the timezone in san francisco
can you tell me what 30% off 279 is
can you tell me what you refer to me as
can you tell me why my card was declined yesterday
cancel that
change accent to british male
change my name to master
check travel alerts for kenya
coin flip
come again with that
could you stop talking for a second
could you teach me how to jump start a car
credit limit
cya later
define zesty
dial x's number
do i have any meetings with michael today
do i have any personal days left
do i have meetings scheduled today
do i have reservations at creme at 7 pm
do i need a visa to travel to jamaica
do my task list have call kath on it
do you have an employer
do you know if my reservation for dono is confirmed at 8 pm
does bank of america charge transaction fees if you use it in canada
does international travel always require a visa
does the country have a travel alert
find me round trip flights out of lax to sfox
find out what wait times are like right now at olive garden
find the applicable timezone for austin
flip that dime
for how long have you existed
from a flight from muscat to qatar, how many carry ons can i take
from whence do you hail
get me an uber to the airport
get rid of tuesday the 5ths dinner
give me the status of my vacation request
go ahead and cancel the reservation i made for 6:00 pm at parc
go back to whisper mode
go back to your factory settings
go to the next song and skip
has the order that i placed arrived
help me move my money please
help me report my lost mastercard
help me roll a dice
hi there, how are things
how are you
how are you named
how busy do you expect olive garden to be at 6
how can i benefit from using you
how can i get a new credit card
how can i have my paycheck directly deposited in my account
how can i make chicken pot pie
how can i protect my credit rating
how do germans say goodnight
how do i convert inches and centimeters
how do i find my location right now, please
how do i find the meaning of life
how do i get to the college by bus
how do i jump my car
how do i know what the outlets are like
how do i let my bank know i'm going to vietnam
how do i properly give my car a jump
how do you convert ounces to kilos
how do you say hi in french
how high is my credit limit for my target card
how is my name listed
how is the traffic like on my way to fairfield
how long can i have pizza in the fridge
how long do i have left to pay for my chase credit card
how long do i need to make lasagne
how long do tires last for
how long does it take pork to cook
how long does it take to get to the sky harbor airport
how long is the wait at orchids
how long should i cook chicken thighs
how long to get a new credit card
how long until my cereal is ruined
how long will delivery of a new card take
how long would a bus to the empire state building take
how many a's can you find in the word happiness
how many calories in gum
how many days so far have i taken off
how many dollars can i exchange for 10000 rubles
how many more days before my credit card expires
how many mpgs does this car get on the highway
how many nutrients are there in a bowl of cereal
how many pesos in one dollar us
how many years on the earth
how much do i make at work
how much do i pay in my taxes
how much gas is left
how much have i lately spent on eating out
how much is my gas bill
how much money do i have in all of my accounts
how much money have i spent on groceries recently
how much time do i have before my credit card expires
how often do you have to change your oil
how old will you be next year
how would i go about setting up a direct deposit
how's the air pressure in my tires
i am ready now to use some of the credit card points i have saved
i do need to get some more checkbooks mailed to me
i do not think that is true, so i would say it is a false statement
i don't know how to spell squirrel
i don't know why my check engine light is on, i need a mechanic
i dont know
i dont like my current insurance plan and want a new one
i forgot my pin number to my chase account
i have a fraudulent transaction from wal mart on my account
i have a lot of credit card points saved up and would like to start redeeming them
i have a new job and need direction with my 401k rollover
i have to pay how much back in taxes
i have transactions on my card that aren't mine
i haven't heard if my request for time off for vacation has been approved , can you get an update for me
i must know my water bill minimum payment
i need a place to stay in newark near a bodega from may 2nd through the 4th
i need a quick recipe for spiral ham
i need an alarm at 8 pm
i need an uber that will accommodate eight people to go to the closest amc theater
i need details on my income
i need help changing my 401k after i got a new job
i need help paying my rent bill
i need help with some fun tourist things to do in tokyo
i need to apply for a visa card
i need to be notified to clean the room
i need to book a car rental in boston
i need to find my phone
i need to get my oil changed
i need to include a stop at the pharmacy to the list of things to do
i need to know if there are transaction fees for my visa card in canada
i need to know my income
i need to know my reward point total looking at my debit card
i need to know the dollar to peso conversion
i need to know what kind of gas to put in this car
i need to switch to a new insurance plan
i need to track my package
i need you to reserve at table for a party of four at devon's for 6:00 pm
i need you to reset your factory settings
i need you to schedule a meeting with carrie and lisa
i need you to tell me what benefits are included in my insurance
i think it is false
i want a coin flip and i'll take tails
i want to be called by mary
i want to book a flight from hawaii to new york on july 8th and returning on july 10th
i want to cook a quick breakfast what ingredients do i need
i want to hear an interesting fact about dinosaurs
i want to hear the very next song on this playlist
i want to know if i shouldget a tourist visa for italy
i want to know my bill's minimum payment
i want to make a purchase
i want to pay my car payment
i want to schedule a tire check up somewhere
i want to switch out of whisper mode
i want to take a bus to mexico city how do i do that
i want to use the cash that my points have earned on my credit card
i want you to quit the action
i want you to talk more slowly
i was on delta flight ab123 out of new york and i can't find my luggage
i went to target to buy a mug but my card did not work
i will call you cap
i wish to confirm that i have a reservation at red robin for josh
i would like that repeated
i would like to change the pin on my checking account
i would like to change your language from portuguese to italian
i would like to hear all transactions made on my amex for the last ten days
i would like to know what today's date is
i would like to report my card as stolen
i would like you to add milk if it is not on my shopping list already
i would prefer to hear the female voice
i'd like to buy some cooking pans
i'd like to know how many vacation days i have
i'd like to know my current location
i'd like to know what to call you
i'd like to know where you're from
i'd like to make a vacation request
i'd like to refer to you as my house from now on
i'd like to turn up the volume
i'd love to order some more checks for my checking account
i'll need you to set a timer for 10 minutes
i'm going to india do i need some shots
i'm grateful for the answer you just gave me
i'm out of fabric softener so will you order me some more
i'm uncertain
i'm waiting for my luggage in the airport now but it's been a while and it's still not arrived
i've got tax issues and need help obtaining my w2
i've had eggs in the fridge since monday are they safe eat
if i'm using citibank, what is the interest rate
initiate a phone call with receptionist
is checking the mail on my list of reminder
is it possible for you to speak with a british gent's accent
is it possible to get more checkbooks for my navy fed account
is there a carry-on item weight limit
is there an insurance plan for my health
is there another entity you work for
is this where i get a w2
it was nice to converse with you
last incident of my car in the shop
let me hear all meetings for today
let me know how much gas i have in total
let me know my credit score
let me know my routing number
let me know when i'm going to be paid
let me understand my credit rating
let the wife see where i'm at
let's hear my workout playlist
light the bedroom lights
make a reminder to give the cat her flea medicine
make a reminder to work out at the gym
make a reservation for tuesday at 7:00 pm at cielo for 2
make me laugh with a funny joke
make sure my alarm is set for three thirty in the morning
make your preferred language english
may you suggest a meal from italy to me
maybe either
my card isn't working
my damage card will not work
my phone needs to be unsynced now
my stolen card needs to be reported
pair with my phone
pause my account
play that song hey
please add this song to my jazz playlist
please allow dan to see my location
please call me jim
please change the pin on my bank of america account to be 1234
please check and report on my tire pressure
please create a new alarm for me
please freeze my bank account
please immediatly block my presidential bank account right now
please let me into my bank account
please let my bank know that i will be in uruguay from january to august
please link up to my phone
please put silverware on my list for shopping
please share the definition of episcopalian
please tell me does zeus do reservations
please tell me how to submit a vacation request
please tell me my current interest rate for my home equity line of credit
please tell my location to bob
put on my jam session playlist please
read me my list of things to do
remind me of the invoice total for my plumbing bill
remove from calendar jesse's bbq on june 9th
repeat that again
return to factory default
roll a 6 sided die
search for how to change my oil
see you later, alligator
send 100 dollars from checking to savings
share some information about your pets with me
should i use premium gas with this car
show me the transaction on macys
slow down
so are you a bot
speak faster
start a countdown for 20 minutes
start playing the next track
switch the language setting over to german
tell me a fun fact about the olympics
tell me a joke if you'd like to
tell me about this cars fuel economy
tell me how the apr on my hy-vee card is
tell me my credit rating
tell me my payroll account balance
tell me the apr on my mastercard
tell me the gas i need to fill this car up with
tell me the number of calories in a banana
tell me the number of days off i took this year
tell me the number of vacation days i have stored
tell me the status of my credit card application
tell me what edict means
tell me what my calendar looks like for april 13
tell me when my flight scheduled to board
text josh and tell him i need a delivery
text my boss for me and tell them i will be a little bit late
text my wife and tell her i'm divorcing her
thanks for answering my question
that is a fact
that's all i need, thanks!
the chip on my card is damaged and i need a new one
the next time i change my oil, when should it be
the song on speaker is what
the staff meeting on march 1 at 10:00 am needs to be added to my calendar
throw mopping onto my to do list
throw the dice
turn your speakers up
walk me through on how to change my insurance
ways to transfer my 401k
what about changing the sugar for baking soda
what actions do i take to change a car's oil
what amount did i spend last week
what are some way s i can do to improe my credit score
what are the best sushi restaurants in reno
what are the carry on limits for delta
what are the ratings about at pho king
what are the ratings for chipotle
what are the reviews like for khin khao
what are you hobbies
what benefits do i have with my insurance
what can you do
what day is our next free day, please
what did i list in my reminders
what did i put on my shopping list
what did ya save my name as
what do i have on my list for shopping
what do i have to do today
what do people find funny about food
what do the plugs look like in japan
what does my schedule look like for april 1
what does my tire pressure look like
what fees are charged if i use something in paris
what if you need to get a new credit card
what ingredients are in spinach dip
what ingredients go in a milky way
what is 25 percent of 6999
what is 250 times 118 times 9
what is a fun fact about mt everest
what is my checking account balance at chase
what is my interest rate payment
what is my state taxes currently
what is showing on my calendar for the 17th of march
what is the apr to my credit card
what is the current time in mexico city
what is the distance to austin city limits from my hotel , the holiday inn at austin
what is the minimum i have to pay on my chase card
what is the mpg like for this car while driving in the city
what is the purpose of creation
what is the reason for frozen status on my bank account
what is the spending limit on my visa
what is the status for what i requested for my vacation
what is the temperature in costa mesa
what is the time, please
what is the title of this track
what is the total number of calories in a bag of potato chips
what kind of hertz outlets do they use in z
what kind of pto have i used
what kinds of fun touristy things are there to do in boston
what kinds of things are you into
what organization created you
what pets do you currently own
what phrase means goodbye in hawaii
what sorts of things do you do to have a good time
what state were you born in
what steps can i take to make sure my credit score doesn't go down
what steps do i take to change the oil for my car
what subjects do you know well
what temp is the ac at
what things are on my shopping list
what time is it in london
what will the date be in 10 days
what would you suggest for dinner
what's 32 degrees fahrenheit in celsisus
what's my visa's current rewards balance
what's the ac set to
what's the date on which my last oil change occurred
what's the routing number for my bank of the west account
what's the routing number for my chase account
what's the timezone for boston
what's the weather
what's the weather looking like
whats the deadline for amex payment
whats the quickest way to money from one account to another
when can i expect my new card to get here
when can i expect my next day off
when did my oil last get changed
when do i get paid
when do i have to renew my card so it doesn't expire
when do i need to change my tires
when do i need to pay the water bil
when is my paycheck coming
when should i change the oil in my car
when should i have my tires replaced if i replaced them on the first of march
when should the flight land
when will they let me board
when's the next federally recognized holiday
where can i get the employment form i need to do my taxes, please
where can i go to see if my credit card application has been processed
where can i rent a car in boston
where did i last place my phone
where exactly am i
where is the closest walmart to boise, idaho
where should i book my next trip
where's my luggage for american airlines flight ab123 out of denver
which song are we listening to
whisper mode off
who crafted you
who formulated you
who would you say your employer is
why can't i access my bank account
why do you think we're here
why was my card declined at safeway
will i be able to get to the mall at 5:00, or will there be a lot of traffic
will i need immunization for a trip to turkey
would i be able to increase my available credit by 600 dollars
would you please cancel the reservations for dinner
would you remove bread from my shopping list and add bread
yes you are
yes, that is true
you are wrong
your name from this point forward is george`,
  'NLU++': `Can I bring pets
Can I change the limits for my direct debits?
Can I get some food up to me please
Can I lift weights?
First, I have some questions about my running account
How do I check my balance on my phone?
How long does it take for a new card to arrive?
How much is my current overdraft limit on my credit card?
I already made a booking under the same name.
I cannot withdraw any money on Barclay's ATMs using any other card.
I couldn't make any payments for the last 3 days, they were all declined
I didn't know about this fee.
I hate this bank so much! I want to close my savings account right now
I have a room booking for next Saturday I am going to need to make some amendments
I haven't received the refund.
I lost my wallet in the bar
I might have forgotten my wallet in the lobby
I really don't remember if I bought anything at hyatt gift last month
I think I lost my card to access the gym.
I thought that breakfast starts at 7!
I wanna open another reservation
I want a new credit card
I want to activate my card
I want to check out, but still leave my car at the parking spot for few more hours.
I want to get an extra towel
I want to park the 2nd of August at 21 35 in the night
I'd like to check in at 5
I'll arrive earlier than what I thought, can I check in already at 12:45 p.m.?
I'm looking forward to the appointment tomorrow
Indeed, I did pay waddell in the past.
Is it card or cash?
Is it important to have the same address for my current account and for my utility bills?
It seems that I can't open a business acc via your app
It should already be there
It's about a cheque
No, I want to open the account tomorrow or even earlier.
Online and contactless payments to Anthropology are simply getting rejected
Say it again if that's okay
So, both my debit cards are linked to the same current account? Can you freeze one of them?
Sure, I will proceed with the payment then, thanks so much!
Thank you, I'm looking forward to the appointment
The parking is free right?
We are a party of 4 adults wanting to stay from the 7th to 9th inclusive in your best room
We should stop now, adios.
What are the current overdraft limits on my Flexi current account?
Why didn't housekeeping clean my room this morning?
Yes that is my number.
Yes, I want to transfer 1300 pounds to my Express savings account
about credit
any constraints on the number of nights we can stay during the Christmas time?
are the rooms adapted to reduced mobility?
are there any interests involved?
can I exchange a cheque in an overseas bank?
can i check if the withdrawal i did abroad was charged?
do you offer accounts for small businesses?
existing booking
for the standing order with Sztur Elektron, i need to change it from the 7th to the 14th
gotta get going
hello, what is my balance?
hi, im a new customer
how can I send some money to my sister in Canada?
how can i make an international transfer?
how do i cancel my restaurant booking of the 20th of April
how long will the gym be closed?
i am not sure if it was reverted
i don't want to modify my mortgage
i tried to change my pin but now its back to the previous one
i tried to pay contactless 4 times to no avail.
i want to go swimming
i was wondering if making a payment to get up to date with a direct debit has some sort of hidden fee
in what did I spend most last month?
is it possible to open another savings account under the same name princeston moralez
is there a steam room
it already arrived at 5 10 p.m.
it is a current account
it relates to my business one in the app I think
my 18000 euros loan started on the 31 May 2010
my card has been out of order for 8 hours now...
my debit card payment was reverted
no not tomorrow
ok, the 18 July then
ok, then I need a wheelchair friendly room
please cancel my 5 to 18 acupuncture appointment under shley
please change the date and add more people to the booking as I told you
please send housekeeping
tell me my direct debit list?
thanks, when will I get the money back?
this is stupid, Why cannot I increase overdraft by extra £600?
was my spending in video games lower than 600£ till Dec 31
what is the maximum i can get?
what time does check in start?
what was my account balance 10 months ago?
whats the balance of my savings one?
when do i get it at home?
when do i need to check out?
where is the next instalment of my student loan?
which month during last year did I spend less on rental bikes
why can't I cancel my reservation for tomorrow
wifi's been stuck since 5 to 11 evening
yeah, please proceed`,
} as const;

export type BackgroundSource = keyof typeof ROWS;

export const BACKGROUND_SOURCES = Object.keys(ROWS) as BackgroundSource[];

/** The texts from one set. */
export function backgroundRows(source: BackgroundSource): string[] {
  return ROWS[source].split('\n');
}
